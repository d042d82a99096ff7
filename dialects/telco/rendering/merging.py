"""What is kept of a call and what the cart says by now, as one: an object is shown as it was sent while both agree.

Where somebody has changed or removed it since, the cart wins; what was sent beside it in the object is gone with it.
"""

from collections.abc import Callable, Mapping, Sequence

from dialects.telco import canonical
from dialects.telco.blank import Blank, filled
from dialects.telco.canonical import objects
from models.cart.forms import Document


def one(sent: object, now: Document | None, of: Callable[[object], Document | None], blank: Blank) -> Document:
    """An object: as sent, if the cart has of it what it had then."""
    if isinstance(sent, Mapping) and of(sent) == now:
        return filled(blank, sent)
    return filled(blank, now)


def many(
    sent: object,
    now: Sequence[Document],
    of: Callable[[object], Document | None],
    show: Callable[[Document], Document],
    blank: Blank,
) -> list[object]:
    """The objects of a list: those that were sent and that the cart still has, then those that it has besides."""
    left = list(now)
    shown: list[object] = []
    for each in objects(sent):
        found = of(each)
        if found is None or found in left:
            shown.append(filled(blank, each))
            if found is not None:
                left.remove(found)
    return [*shown, *(filled(blank, show(each)) for each in left)]


def valued(sent: object, now: Mapping[str, str], blank: Blank) -> list[object]:
    """Characteristics or attributes: those that were sent with the values of now, then those that came later."""
    left, seen = dict(now), set()
    shown: list[object] = []
    for each in objects(sent):
        pair = canonical.name_and_text(each)
        if pair is None or pair[0] in seen:
            shown.append(filled(blank, each))
        elif pair[0] in left:
            text = left.pop(pair[0])
            shown.append(filled(blank, each, {} if text == pair[1] else {"value": text}))
            seen.add(pair[0])
    return [*shown, *(filled(blank, {"name": name, "value": text}) for name, text in left.items())]
