package io.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.TestFrame;
import io.muster.api.usage.ReportServer;
import io.muster.schema.frame.Section;
import io.muster.testkit.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/eventbus.html}, opened from disk in a browser, over a plain WebSocket. */
@Timeout(180)
class EventBusPageIT {
  private static final Path PAGE =
      Path.of("..", "examples", "eventbus.html").toAbsolutePath().normalize();

  /** Reports what the page shows, once it shows a GPU. */
  private static final String REPORTER =
      """
      <script>
      const poll = setInterval(() => {
        if (document.querySelector('#gpus td')) {
          clearInterval(poll);
          const text = id => document.getElementById(id).innerText;
          const body = JSON.stringify({title: document.title, gpus: text('gpus'), summary: text('summary'),
            status: text('status'), hosts: text('hosts'), notes: text('notes')});
          fetch('http://127.0.0.1:PORT/report', {method: 'POST', mode: 'no-cors', body});
        }
      }, 50);
      </script>
      """;

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
    var hostile = "<img src=x onerror=document.title='owned'>";
    try (var node =
            ApiNode.startWithSystemClocks(
                Map.of("api.cors_origins", "null", "api.token", "s3cret"));
        var report = new ReportServer()) {
      node.publish(
          TestFrame.of("<b>evil</b>")
              .section(Section.GPU, "[{\"name\":\"" + hostile + "\",\"utilization\":87.0}]")
              .build());
      var copy = folder.resolve("page.html");
      Files.writeString(
          copy,
          Files.readString(PAGE)
                  .replaceFirst("<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "")
                  .replace("type=\"password\"", "value=\"s3cret\"")
              + REPORTER.replace("PORT", Integer.toString(report.port())));

      var shown =
          report.browse(copy.toUri() + "#http://127.0.0.1:" + node.mainAddress().port(), folder);

      assertThat(shown.getString("title")).isEqualTo("Muster: event bus");
      assertThat(shown.getString("gpus")).startsWith(hostile + "\t87 %\t–\t–");
      assertThat(shown.getString("hosts")).isEqualTo("<b>evil</b>");
      assertThat(shown.getString("status")).startsWith("<b>evil</b> at 2026-08-08T12:34:56Z");
      assertThat(shown.getString("summary")).contains("1 hosts (1 ok), 0 GPUs");
      assertThat(shown.getString("notes")).isEmpty();
    }
  }
}
