"""Which nuclei images are held out: every fifth of each kind of microscope, ordered by name.

The first eight letters of the names under which they were published are enough to tell them apart.
"""

_NAMES = (
    "00071198 00ae65c1 0402a81e 06350c7c 08151b19 08275a5b 0b2e702f 0d3640c1 0e5edb07 11a0170f "
    "14cc1424 15039b3a 175dbb36 1b518cd2 1c8b905c 1f6b7cea 212b858a 2246874c 237802ac 28d33efe "
    "2a2032c4 2bf594e9 2e172afb 2e2d29fc 30f65741 3477024f 358e47ea 3594684b 3a22fe59 3bf7873f "
    "3bfa8b3b 40b00d70 449a9c32 45cc00f2 45f059cf 4a424e0c 4d2cff9a 4d4f254f 4ff152d7 538b7673 "
    "54fe2d34 57b49733 57bd029b 5afb7932 5ba4face 5d2c98fd 5e263abf 608ff81c 610f32e2 62570c4f "
    "66612c18 6b6d4e6f 6c67b78e 6c85029f 6fe2df6d 72e8c49d 7773ac91 785555c0 7ac468eb 7c318172 "
    "80632d6b 84e642d7 853a4c67 88d5a03f 8b12e186 8d9b4205 8fdc3450 947c0d94 958114e5 9774c823 "
    "9cbc0700 9facc652 a102535b a31deaf0 a486f6ed a6593632 a891bbc8 a9040135 aaa52100 ad9d305c "
    "af576e8e b0defa61 b24ea5c2 b61d3fb0 b76ff33a bb8ebf46 be1916d0 be771d68 c043d5ac c395870a "
    "c44ed955 c7d54676 cb4df20a cbca32da ce9e1a58 d1ba6089 d35f25c8 d7db360f da31f2aa dad607a2 "
    "ddf1bf45 df9a4212 e4537e78 e5a6c5e0 e66f25e1 ead9464a eb1df8ed ed8c31b0 f0c9f135 f487cc82 "
    "f6cb37eb f7e5dcfc f93ec5e6 fadeb0ab fdda64c4 ff3e512b "
)
VAL_IDS = frozenset(_NAMES.split())
