"""A page as a tree, to ask what it says and not how it is written."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img"}
NOT_READ = {"script", "style", "title"}


class Node:
    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node | str] = []

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """As read: spaces folded, drawings silent."""
        return " ".join("".join(self._words()).split()).replace(" ,", ",").replace(" .", ".")

    def _words(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag == "svg" or child.tag in NOT_READ or child.attributes.get("aria-hidden") == "true":
                yield " "
            elif child.tag in {
                "div",
                "p",
                "li",
                "dt",
                "dd",
                "td",
                "th",
                "tr",
                "section",
                "h1",
                "h2",
                "details",
            }:
                yield f" {child.text} "
            else:
                yield from child._words()

    def all(
        self, tag: str = "", *classes: str, where: Callable[["Node"], bool] | None = None
    ) -> list["Node"]:
        found = []
        for child in self.children:
            if isinstance(child, Node):
                if (
                    (not tag or child.tag == tag)
                    and set(classes) <= child.classes
                    and (not where or where(child))
                ):
                    found.append(child)
                found += child.all(tag, *classes, where=where)
        return found

    def one(self, tag: str = "", *classes: str, where: Callable[["Node"], bool] | None = None) -> "Node":
        [node] = self.all(tag, *classes, where=where)
        return node

    def id(self, id: str) -> "Node":
        return self.one(where=lambda node: node.attributes.get("id") == id)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag != tag:
            raise ValueError(f"</{tag}> closes <{self.open[-1].tag}>")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str) -> Node:
    """Raises ValueError for a page whose elements are not closed in order."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    if len(builder.open) != 1:
        raise ValueError(f"<{builder.open[-1].tag}> is never closed")
    return builder.open[0]
