package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.frame.ReservedPort;
import io.muster.testkit.Requires;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard of nodes that ask for a token, or are killed. */
@Requires("chromium")
@Timeout(180)
class DashboardConnectionIT {
  @TempDir private Path data;

  @AutoClose private final ReservedPort port = new ReservedPort();

  @Test
  void load_nodeWithToken_asksOnceAndKeepsItOutOfAddresses() {
    try (var node = start("--token", "s3cret-token", "--set", "api.listen.main=127.0.0.1:0");
        var browser = DashboardBrowser.start(data, node.baseUrl("main"))) {
      browser.load("");
      browser.awaitText("asks for its token");
      assertThat(browser.page().text("document.documentElement.outerHTML"))
          .doesNotContain("sim-0001");

      enterToken(browser, "wrong");
      browser.awaitText("does not accept this token");
      enterToken(browser, "s3cret-token");
      browser.awaitText("All 8 GPUs");
      browser.load("");
      browser.awaitText("All 8 GPUs");

      assertThat(browser.page().requestedUrls()).noneMatch(url -> url.contains("s3cret"));
    }
  }

  @Tag("slow")
  @Test
  void stream_nodeKilledAndRestarted_showsTheLossAndContinues() {
    var address = "api.listen.main=" + port.address();
    var node = start("--set", address);
    try (var browser = DashboardBrowser.start(data, node.baseUrl("main"))) {
      browser.load("");
      browser.awaitText("All 8 GPUs");

      node.kill();
      browser.awaitText("Connection lost");
      browser.page().await("document.title === 'Connection lost · Muster'");
      browser.page().await("document.querySelector('main').className === 'outdated'");
      node = start("--set", address);

      browser.page().await("!document.querySelector('.link-bar')");
      browser
          .page()
          .await("document.querySelector('.data-age').innerText.includes('data 0 s old')");
      assertThat(browser.page().text("document.querySelector('main').className")).isEmpty();
    } finally {
      node.close();
    }
  }

  private static void enterToken(DashboardBrowser browser, String token) {
    browser.page().evaluate("document.querySelector('[name=token]').value = ''");
    browser.page().evaluate("document.querySelector('[name=token]').focus()");
    browser.page().type(token);
    browser.page().press("Enter");
  }

  private MusterProcess start(String... arguments) {
    var all = new String[arguments.length + 6];
    System.arraycopy(
        new String[] {
          "--roles", "collector,api", "--simulate", "1x8xH100", "--set", "collector.interval=1s"
        },
        0,
        all,
        0,
        6);
    System.arraycopy(arguments, 0, all, 6, arguments.length);
    return MusterProcess.start(data.resolve("node"), all).awaitBanner();
  }
}
