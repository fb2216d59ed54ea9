package io.muster.api;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.TestFrame;
import io.muster.schema.frame.Section;
import io.muster.testkit.AssertionPoller;
import io.muster.testkit.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/sse_client.html}, opened from disk in a browser. */
@Timeout(180)
class SseClientPageIT {
  private static final Path PAGE =
      Path.of("..", "examples", "sse_client.html").toAbsolutePath().normalize();
  private static final String HOSTILE = "<img src=x onerror=document.title='owned'>";

  @TempDir private Path folder;

  @Test
  void policy_namesTheHashesOfScriptAndStyle() throws Exception {
    var page = Files.readString(PAGE);

    assertThat(page)
        .contains(
            "script-src 'sha256-" + PagePolicy.hash(page, "script") + "'",
            "style-src 'sha256-" + PagePolicy.hash(page, "style") + "'")
        .doesNotContain("innerHTML", "insertAdjacentHTML", "document.write", "eval(");
  }

  @Test
  @Requires("chromium")
  void open_hostileNames_areShownAsText() throws Exception {
    var node = ApiNode.start(ApiNode.config(Map.of("api.cors_origins", "null")));
    var dump = folder.resolve("dump.html");
    var browser = startBrowser(node.mainAddress().port(), dump);
    try {
      awaitSample(node, "muster_api_subscribers");
      node.publish(TestFrame.of("<b>evil</b>").section(Section.GPU, gpu("<b>evil</b>")).build());
      awaitSample(node, "muster_api_events_delivered_total");
      // The end of the stream lets the browser's virtual time advance to the dump.
      node.undeploy();
      assertThat(browser.waitFor(60, SECONDS)).isTrue();
    } finally {
      browser.destroyForcibly().waitFor();
      node.close();
    }

    assertThat(Files.readString(dump))
        .contains(
            "<td class=\"text\">&lt;img src=x onerror=document.title='owned'&gt;</td>"
                + "<td class=\"text\">&lt;b&gt;evil&lt;/b&gt;</td>"
                + "<td class=\"number\">87 %</td><td class=\"number\">64.0 / 140 GiB</td>"
                + "<td class=\"number\">54 °C</td><td class=\"number\">–</td>")
        .contains("<title>Muster: live GPUs</title>")
        .doesNotContain("<img", "<b>");
  }

  private static void awaitSample(ApiNode node, String count) {
    AssertionPoller.awaitAssertion(
        Duration.ofSeconds(60), () -> assertThat(node.sampleValue(count)).isEqualTo(1));
  }

  private Process startBrowser(int port, Path dump) throws IOException {
    return new ProcessBuilder(
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--user-data-dir=" + folder.resolve("profile"),
            "--virtual-time-budget=1000",
            "--dump-dom",
            PAGE.toUri() + "#http://127.0.0.1:" + port)
        .redirectOutput(dump.toFile())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static String gpu(String host) {
    return """
    [{"name":"NAME","hostname":"HOST","utilization":87.0,"used_memory":68719476736,\
    "total_memory":150754820096,"temperature":54,"power_consumption":-1.0}]\
    """
        .replace("NAME", HOSTILE)
        .replace("HOST", host);
  }
}
