package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages of a report in Chromium. A script at the end of a copy of the page simulates a reader's
 * actions and stores its observations in the title.
 */
@Tag("slow")
class ReportInBrowserTest {

  private static final List<Integer> WIDTHS = List.of(390, 1024, 1920);
  private static final Pattern TITLE = Pattern.compile("<title>(.*?)</title>", Pattern.DOTALL);

  /** Waits until an element is visible; virtual time shortens the wait. */
  private static final String WAIT =
      "const wait = async (f) => { for (let i = 0; i < 200 && !f(); i++) await new Promise((r) =>"
          + " setTimeout(r, 20)); };\n";

  @TempDir static Path folder;
  private static Optional<HeadlessBrowser> browser;

  @BeforeAll
  static void writeReports() throws IOException {
    browser = HeadlessBrowser.find(folder);
    Assumptions.assumeTrue(browser.isPresent(), "Chromium is not installed");
    ReportedSet set = ReportedSet.draw(folder.resolve("set"), 60);
    CommandLineRun.of(
            "score",
            "--type",
            "segm",
            "--gt",
            set.instances(),
            "--dt",
            set.predictions(),
            "--report",
            folder.resolve("report"),
            "--images",
            set.images())
        .succeeded();
    CommandLineRun.of(
            "browse",
            set.instances(),
            set.predictions(),
            "--images",
            set.images(),
            "--out",
            folder.resolve("browsed"))
        .succeeded();
  }

  /** Returns the title after a script has run in a page. */
  private static String seen(Path page, String state, int width, String script)
      throws IOException, InterruptedException {
    Path copy = page.resolveSibling("copy-" + page.getFileName());
    String run = WAIT + "(async () => { document.title = String(await (async () => {";
    Files.writeString(
        copy,
        Files.readString(page).replace("</html>", "")
            + "<script>"
            + run
            + script
            + "})().catch((e) => 'error: ' + e)); })();</script></html>");
    String dom = browser.orElseThrow().dom(copy.toUri() + state, width);
    Matcher title = TITLE.matcher(dom);
    assertTrue(title.find(), dom);
    return title.group(1);
  }

  private static Path pictures() {
    return folder.resolve("report/pictures.html");
  }

  @Test
  void noPageScrollsSidewaysAtAnyWidth() throws Exception {
    List<String> states = List.of("#view=images", "#view=objects", "#view=images&image=3");
    for (int width : WIDTHS) {
      for (String state : states) {
        String script =
            "await wait(() => document.querySelector('#grid .card'));"
                + "await new Promise((r) => setTimeout(r, 500));"
                + "const wide = Math.max(document.documentElement.scrollWidth,"
                + " document.querySelector('#viewer').scrollWidth);"
                + "return wide <= innerWidth ? 'fits' : wide + ' of ' + innerWidth;";
        assertEquals("fits", seen(pictures(), state, width, script), width + " " + state);
      }
      for (String page : List.of("report/index.html", "browsed/index.html")) {
        String script =
            "const wide = document.documentElement.scrollWidth;"
                + "return wide <= innerWidth ? 'fits' : wide + ' of ' + innerWidth;";
        assertEquals("fits", seen(folder.resolve(page), "", width, script), width + " " + page);
      }
    }
  }

  @Test
  void everyLinkOfTheConfusionMatrixShowsTheNumberOfObjects() throws Exception {
    String page = Files.readString(folder.resolve("report/index.html"));
    Matcher link =
        Pattern.compile("href=\"pictures.html(#[^\"]*is=[^\"]*)\">([0-9]+)</a>").matcher(page);
    StringBuilder states = new StringBuilder();
    int links = 0;
    while (link.find()) {
      states.append("['" + link.group(1).replace("&amp;", "&") + "'," + link.group(2) + "],");
      links++;
    }
    assertTrue(links > 10, page);
    String script =
        "await wait(() => document.querySelector('#grid .card') && all === 'done');"
            + "for (const [state, count] of ["
            + states
            + "]) { location.hash = state; await new Promise((r) => setTimeout(r, 50));"
            + " const shown = document.querySelector('#status').textContent;"
            + " if (shown !== count + ' objects') return state + ' has ' + count + ': ' + shown; }"
            + "return 'all right';";
    assertEquals("all right", seen(pictures(), "#view=objects", 1024, script));
  }

  @Test
  void anImageCanBeOpenedAndClosedByKeyboard() throws Exception {
    String script =
        "await wait(() => document.querySelector('#grid .card'));"
            + "const card = document.querySelector('#grid .card'); card.focus(); card.click();"
            + "const dialog = document.querySelector('#viewer');"
            + "await wait(() => dialog.open && document.querySelector('#viewer-panels svg'));"
            + "const panels = dialog.querySelectorAll('figcaption');"
            + "const sides = [...panels].map((p) => p.textContent.split(' ')[0]).join();"
            + "const first = document.querySelector('#viewer-name').textContent;"
            + "dialog.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}));"
            + "await wait(() => document.querySelector('#viewer-name').textContent !== first);"
            + "const moved = document.querySelector('#viewer-name').textContent !== first;"
            + "document.querySelector('#viewer-close').click();"
            + "await wait(() => !location.hash.includes('image=') && !dialog.open);"
            + "return sides + ' ' + moved + ' ' + dialog.open + ' ' + location.hash;";
    assertEquals("truth,prediction true false #view=images", seen(pictures(), "", 1024, script));
  }

  @Test
  void filtersRestrictTheObjects() throws Exception {
    String script =
        "await wait(() => document.querySelector('#grid .card') && all === 'done');"
            + "const count = () => parseInt(document.querySelector('#status').textContent);"
            + "const every = count(); const parts = [];"
            + "for (const size of ['small', 'medium', 'large']) {"
            + " const select = document.querySelector('#size'); select.value = size;"
            + " select.dispatchEvent(new Event('change'));"
            + " await new Promise((r) => setTimeout(r, 100)); parts.push(count()); }"
            + "return every > 0 && every === parts.reduce((a, b) => a + b) ? 'adds up'"
            + " : every + ': ' + parts;";
    assertEquals("adds up", seen(pictures(), "#view=objects&kind=any&min=all", 1024, script));
  }

  @Test
  void aPageWithoutItsDataReportsIt() throws Exception {
    Path alone = Files.createDirectories(folder.resolve("alone")).resolve("pictures.html");
    Files.copy(pictures(), alone);
    String script =
        "await wait(() => document.querySelector('#status').textContent.includes('cannot'));"
            + "return document.querySelector('#status').textContent;";
    assertTrue(seen(alone, "", 1024, script).contains("must be beside this page"));
  }
}
