package io.muster.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testkit.Chromium;
import io.muster.testkit.ChromiumPage;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A browser with one page of the dashboard. Confined to the thread of the test. */
final class DashboardBrowser implements AutoCloseable {
  private static final String FINDINGS =
      "axe.run(document, {resultTypes: ['violations']}).then(result => JSON.stringify("
          + "result.violations.map(found => found.id + ': ' + found.nodes[0].html)))";

  private final Chromium chromium;
  private final ChromiumPage page;
  private final String baseUrl;

  private DashboardBrowser(Chromium chromium, String baseUrl) {
    this.chromium = chromium;
    this.page = chromium.open();
    this.baseUrl = baseUrl;
    page.setViewport(1440, 900);
  }

  static DashboardBrowser start(Path folder, String baseUrl) {
    return new DashboardBrowser(Chromium.start(folder), baseUrl);
  }

  ChromiumPage page() {
    return page;
  }

  /** Loads the document again, at a screen such as {@code events}. */
  void load(String screen) {
    page.navigate("about:blank");
    page.navigate(baseUrl + "/#/" + screen);
    page.await("document.readyState === 'complete'");
  }

  /** Changes to a screen within the document. */
  void show(String screen) {
    page.evaluate("location.hash = '#/" + screen + "'");
  }

  /** Waits until the page shows a text. */
  void awaitText(String text) {
    page.await("document.body.innerText.includes('" + text.replace("'", "\\'") + "')");
  }

  /** Presses a key until an element has the focus. */
  void tabTo(String selector) {
    for (int presses = 0; presses < 60; presses++) {
      page.press("Tab");
      if (Boolean.TRUE.equals(
          page.evaluate("document.activeElement.matches(" + quote(selector) + ")"))) {
        return;
      }
    }
    throw new AssertionError(selector + ": not reached with Tab");
  }

  void click(String selector) {
    page.await("document.querySelector(" + quote(selector) + ")");
    page.evaluate("document.querySelector(" + quote(selector) + ").click()");
  }

  /** The findings of axe-core on the shown screen. */
  List<?> accessibilityFindings() {
    if (!Boolean.TRUE.equals(page.evaluate("'axe' in window"))) {
      page.evaluate(axe() + ";0");
    }
    return new JsonArray(page.text(FINDINGS)).getList();
  }

  void assertNoProblems() {
    assertThat(page.problems()).isEmpty();
    assertThat(page.requestedUrls())
        .allMatch(
            url ->
                url.startsWith(baseUrl + "/")
                    || url.startsWith("data:")
                    || url.equals("about:blank"));
  }

  @Override
  public void close() {
    chromium.close();
  }

  private static String quote(String selector) {
    return "'" + selector.replace("'", "\\'") + "'";
  }

  private static String axe() {
    try (var script = DashboardBrowser.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(script, "axe.min.js").readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
