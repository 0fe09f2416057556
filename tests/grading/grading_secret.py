"""What the hidden inputs of these tests are drawn from."""

SECRET = b"a secret of the tests"
