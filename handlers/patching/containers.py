"""Offer containers of a patched cart."""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from pydantic import JsonValue

from cartwright.wire.lines import ContainerFields, NewContainer
from handlers.admission import admit
from handlers.differing import differing
from handlers.extensions import as_sent, with_extensions
from handlers.finding import find_container
from handlers.patching.step import Step
from handlers.patching.targets import Part
from models.cart.forms import Document
from models.cart.item_fields import read_container, write_container
from models.changes.change import Change
from models.changes.container_changes import ContainerChanged
from rules.removal import remove_containers


class ContainerPart(Part):
    """`/containers/<id>`. A container that is replaced keeps its items and notes."""

    blank: ClassVar[Mapping[str, JsonValue]] = {
        "category": None,
        "processContext": None,
        "portfolioId": None,
        "attributes": {},
        "extensions": None,
    }

    def show(self, step: Step) -> Document:
        """Its fields, without its items."""
        container = find_container(step.cart, step.names[0], step.path)
        return {"notes": [], **as_sent(write_container(container))}

    def set(self, step: Step, fields: Mapping[str, JsonValue]) -> Iterator[Change]:
        """Set what differs."""
        current = write_container(find_container(step.cart, step.names[0], step.path))
        step.check_id(fields, current["id"])
        extensions = read_container(current).extensions
        given = with_extensions(step.read(ContainerFields, {**fields, "id": current["id"]}).wire(), extensions)
        if "attributes" in fields and fields["attributes"] is None:
            given["attributes"] = {}
        before, after = differing(given, current)
        if after:
            yield ContainerChanged(container_id=current["id"], before=before, after=after)

    def remove(self, step: Step) -> Iterable[Change]:
        """Remove it with its content."""
        return remove_containers(step.cart, step.names[:1])


def add_container(step: Step) -> Iterator[Change]:
    """`/containers`: add a container, empty or with line items."""
    new = step.read(NewContainer, step.fields())
    yield from admit(step.cart, [(new, step.value_place)], (), step.context, first=step.number + 1)
