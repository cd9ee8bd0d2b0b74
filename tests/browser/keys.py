"""A person with a keyboard and nothing else, who sees at each key where the focus is."""

from playwright.sync_api import FileChooser, Page

MOST_KEYS = 250
SEEN = """() => {
  const held = document.activeElement, box = held.getBoundingClientRect(), style = getComputedStyle(held);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const isInView = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  if (held.matches("[type=date]")) return isInView;  // the browser shows which of its parts has the focus
  return held.matches(":focus-visible") && isInView && (ring || style.boxShadow !== "none");
}"""
WHERE = "document.activeElement.outerHTML.slice(0, 120)"


class Keys:
    def __init__(self, tab: Page, site: str) -> None:
        self.tab, self.site, self.board = tab, site, tab.keyboard
        tab.on("filechooser", lambda chooser: None)  # or the first one could open before anybody waits for it

    def opens(self, address: str) -> None:
        self.tab.goto(f"{self.site}{address}")

    def goes_to(self, selector: str) -> None:
        """By Tab alone, seeing the focus at every stop; past the end of the page it begins at the top once more."""
        for _ in range(MOST_KEYS):
            self.board.press("Tab")
            if self.tab.evaluate("document.activeElement === document.body"):
                continue
            assert self.tab.evaluate(SEEN), self.tab.evaluate(WHERE)
            if self.tab.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"No way by Tab to {selector}")

    def follows(self, selector: str, arrives: str) -> None:
        """A link or button, which leads to another page."""
        self.goes_to(selector)
        with self.tab.expect_navigation(url=arrives):
            self.board.press("Enter")

    def writes(self, selector: str, words: str) -> None:
        self.goes_to(selector)
        self.board.press("ControlOrMeta+a")
        self.board.type(words)

    def ticks(self, selector: str) -> None:
        self.goes_to(selector)
        self.board.press("Space")

    def picks(self, selector: str, key: str) -> None:
        """An option of a list, by the letter or figure it begins with."""
        self.goes_to(selector)
        self.board.press(key)

    def chooses_file(self, selector: str, path: str) -> None:
        self.goes_to(selector)
        with self.tab.expect_file_chooser() as asked:
            self.board.press("Space")
        chooser: FileChooser = asked.value
        chooser.set_files(path)
