"""The card: nothing a learner returns can become markup, and both twins say the same."""

from html.parser import HTMLParser

import pytest

from course_pkg.checkers import Card, exercise


class Reader(HTMLParser):
    """Collects visible text, tags and attributes."""

    def __init__(self, html):
        super().__init__()
        self.text, self.tags, self.attributes = "", [], {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.update(attrs)

    def handle_data(self, data):
        self.text += data


def test_a_class_in_angle_brackets_stays_visible():
    card = Card("a", "b", (("got", "<class 'str'>"), ("", "<script>alert(1)</script>")))
    reader = Reader(card._repr_html_())
    assert "<class 'str'>" in reader.text
    assert "<script>alert(1)</script>" in reader.text
    assert set(reader.tags) == {"div", "span", "strong"}


def test_a_raised_message_is_escaped():
    def complains(x, stride):
        raise TypeError("got <class 'str'> & \"more\"")

    html = exercise("upsampling.bed_of_nails").check(complains)._repr_html_()
    assert "<class" not in html
    assert "got <class 'str'> & \"more\"" in Reader(html).text


def test_a_subject_cannot_leave_its_attribute():
    reader = Reader(Card('x" onclick="alert(1)', "b")._repr_html_())
    assert reader.attributes["aria-label"] == 'x" onclick="alert(1): b'
    assert "onclick" not in reader.attributes


def test_text_and_html_say_the_same():
    card = Card("topic.name", "wrong", (("", "A sentence."), ("input x", "line 1\nline 2")), "bad")
    assert repr(card) == ("topic.name: wrong\n  A sentence.\n  input x  line 1\n           line 2")
    shown = Reader(card._repr_html_()).text
    assert all(part in shown for part in ("topic.name", "wrong", "A sentence.", "line 1\nline 2"))


@pytest.mark.parametrize("tone", ["good", "bad", "plain"])
def test_colour_is_never_the_only_sign_and_text_takes_the_themes_colour(tone):
    html = Card("topic.name", "wrong", (), tone)._repr_html_()
    assert "<strong>wrong</strong>" in html
    assert "color:inherit" in html


def test_code_in_a_sentence_is_code_in_html_and_stays_as_it_is_in_text():
    card = Card("a.b", "news", (("", "write `x < 1` and `y`, not ` alone"), ("got", "`raw`")))
    html = card._repr_html_()
    assert "write <code>x &lt; 1</code> and <code>y</code>, not ` alone" in html
    assert "`raw`" in html  # a value is shown as it is
    assert "`x < 1`" in repr(card)
