"""Why the sample year was not made or not removed."""

from collections.abc import Sequence


class Refused(Exception):
    """Nothing was changed; `sentences` say why, one reason each."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)
