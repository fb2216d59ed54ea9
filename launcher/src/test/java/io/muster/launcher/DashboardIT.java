package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testkit.AssertionPoller;
import io.muster.testkit.Requires;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard of a node with all roles and 64 simulated GPUs, in a browser. */
@Requires("chromium")
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardIT {
  private static final List<String> SCREENS =
      List.of(
          "",
          "?rows=gpus&host=sim-0002&gpu=3&metric=temperature&users=1",
          "host/sim-0001?processes=1",
          "host/unknown",
          "events",
          "users",
          "clients",
          "models",
          "connect",
          "connect?part=host");

  @TempDir private static Path data;
  private MusterProcess node;
  private DashboardBrowser browser;

  @BeforeAll
  void start() throws Exception {
    node =
        MusterProcess.start(
                data.resolve("node"),
                "--simulate",
                "8x8xH100",
                "--set",
                "collector.interval=1s",
                "--set",
                "collector.heartbeat_interval=1s")
            .awaitBanner();
    AssertionPoller.awaitAssertion(
        Duration.ofMinutes(1),
        () -> assertThat(node.json("/api/hosts").at("/data/total").asInt()).isEqualTo(9));
    browser = DashboardBrowser.start(data, node.baseUrl("main"));
  }

  @AfterAll
  void stop() {
    browser.close();
    node.close();
  }

  @BeforeEach
  void clear() {
    browser.page().setViewport(1440, 900);
    browser.page().clearProblems();
  }

  @Test
  void load_64Gpus_areInTheDocumentAndVisible() throws Exception {
    assertThat(node.get("/").body()).contains("sim-0008");

    browser.load("");
    browser.awaitText("All 64 GPUs");
    browser.page().await("document.querySelector('canvas')");

    assertThat(browser.page().text("document.title")).isEqualTo("✓ 64 GPUs fine · Muster");
    assertThat(browser.page().text("document.querySelector('.badge').innerText"))
        .isEqualTo("8 of 9 simulated");
    browser.assertNoProblems();
  }

  @Test
  void stream_change_isVisible() {
    browser.load("");
    browser.awaitText("Power now");
    browser.page().evaluate("window.before = document.querySelector('tbody').innerText");

    browser.page().await("document.querySelector('tbody').innerText !== window.before");
    browser.assertNoProblems();
  }

  @Test
  void show_everyScreenInBothThemes_hasNoProblemAndIsAccessible() {
    browser.load("");
    var findings = new ArrayList<String>();
    for (var theme : List.of("light", "dark")) {
      browser.page().setPreference("prefers-color-scheme", theme);
      for (var screen : SCREENS) {
        browser.show(screen);
        browser.page().await("!/Loading|Asking/.test(document.body.innerText)");
        browser
            .accessibilityFindings()
            .forEach(finding -> findings.add(theme + " " + screen + " " + finding));
      }
    }

    assertThat(findings).isEmpty();
    browser.assertNoProblems();
  }

  @Test
  void show_everyScreenOnAPhone_hasNoHorizontalScroll() {
    browser.page().setViewport(390, 844);
    for (var screen : SCREENS) {
      browser.load(screen);
      browser.page().await("document.querySelector('main h1')");

      assertThat(browser.page().text("document.documentElement.scrollWidth"))
          .as(screen)
          .isEqualTo("390");
    }
  }

  @Test
  void press_keysOnly_findsAndOpensAHost() {
    browser.load("");
    browser.awaitText("All 64 GPUs");

    browser.page().press("/");
    browser.page().type("sim-0003");
    browser.awaitText("1 host match");
    assertThat(browser.page().text("location.hash")).isEqualTo("#/?q=sim-0003");
    browser.page().press("Escape");
    browser.awaitText("9 hosts");
    browser.tabTo("canvas");
    for (var key : List.of("ArrowDown", "ArrowDown", "ArrowRight")) {
      browser.page().press(key);
    }
    assertThat(browser.page().text("location.hash")).isEqualTo("#/?host=sim-0002&gpu=1");
    browser.page().press("Enter");

    browser.awaitText("sim-0002: all 8 GPUs are fine");
    browser.page().await("document.querySelectorAll('.u-wrap').length === 8");
    browser.assertNoProblems();
  }

  @Test
  void show_processesOfAHost_areReadFromIt() {
    browser.load("host/sim-0004");
    browser.awaitText("asked only while this is open");
    browser.click("[aria-label=\"Processes\"] button");

    browser.awaitText("train --rank");
    browser.assertNoProblems();
  }

  @Test
  void editClient_maintenance_isStoredAndCanBeUndone() {
    browser.load("clients?q=sim-0005");
    browser.click("[aria-label=\"Maintenance of sim-0005\"]");
    browser.awaitText("sim-0005 is in maintenance");
    awaitStatus("sim-0005", "maintenance");

    browser
        .page()
        .evaluate(
            "[...document.querySelectorAll('.notice button')].find(b => b.innerText === 'Undo').click()");

    awaitStatus("sim-0005", "online");
    browser.assertNoProblems();
  }

  @Test
  void addModel_anyVersion_isListedAndCanBeDeleted() {
    browser.load("models");
    browser.click(".primary.push");
    browser.page().await("document.querySelector('dialog[open]')");
    for (var field : List.of("name", "version")) {
      browser.page().evaluate("document.querySelector('dialog [name=" + field + "]').focus()");
      browser.page().type("<b>" + field);
    }
    browser.click("dialog .primary");
    browser.awaitText("<b>name <b>version is added");

    browser.click("[aria-label^=Delete]");

    browser.awaitText("is deleted");
    browser.awaitText("The catalog is empty");
    browser.assertNoProblems();
  }

  @Test
  void showPast_minuteOfTheAddress_isMarkedAsPast() throws Exception {
    var now = Instant.parse(node.json("/api/hosts").at("/timestamp").asText());
    var minute = now.truncatedTo(ChronoUnit.MINUTES);
    browser.load("?at=" + minute);
    browser.awaitText("The fleet as it was at");
    browser.page().await("document.querySelector('.data-age').innerText.includes('past')");
    browser.page().await("document.querySelectorAll('tbody tr').length > 0");

    browser.page().press("Tab");
    browser.click(".past-bar button");

    browser.page().await("!document.querySelector('.past-bar')");
    assertThat(browser.page().text("location.hash")).isEqualTo("#/");
    browser.assertNoProblems();
  }

  private void awaitStatus(String host, String status) {
    AssertionPoller.awaitAssertion(
        Duration.ofSeconds(30),
        () ->
            assertThat(node.json("/api/hosts/" + host).at("/data/status").asText())
                .isEqualTo(status));
  }
}
