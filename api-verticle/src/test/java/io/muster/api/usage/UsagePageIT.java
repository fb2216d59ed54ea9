package io.muster.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.testkit.Requires;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A page in a browser, behind nginx, as in the protocol document. */
@Timeout(180)
@Requires({"nginx", "chromium"})
class UsagePageIT {
  /** System property: the path of the protocol document, whose client is then tested unmodified. */
  private static final String DOCUMENT = "muster.test.usage_document";

  /** Two WebSockets to one address; messages and numbers are used without checks. */
  private static final String PAGE =
      """
      <!doctype html>
      <meta charset="utf-8">
      <title>usage</title>
      <script>
      const seen = [[], []];
      const errors = [];
      window.onerror = message => { errors.push(message); post(); };
      let posted = false;
      function post() {
        if (!posted) {
          posted = true;
          fetch('/report', {method: 'POST', body: JSON.stringify({seen, errors})});
        }
      }
      function show(data) {
        if (data.status === 'subscribed') {
          return 'subscribed';
        }
        if (data.type === 'system_info') {
          return `${data.hostname} ${data.cpu_count} ${(data.ram_total_mb / 1024).toFixed(1)} ${data.gpus[0].name}`;
        }
        if (data.type === 'usage_update') {
          const gpu = data.gpu_percent !== undefined ? `${data.gpu_percent}%` : 'none';
          return `${data.cpu_percent.toFixed(1)} ${data.ram_percent.toFixed(1)} ${gpu} ${Date.now() / 1000 - data.timestamp < 5}`;
        }
        return `? ${JSON.stringify(data)}`;
      }
      const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
      seen.forEach(messages => {
        const socket = new WebSocket(`${scheme}//${location.host}/gpu-ws`);
        socket.onopen = () => socket.send('subscribe:usage');
        socket.onmessage = event => {
          messages.push(show(JSON.parse(event.data)));
          if (seen.every(each => each.length >= 4)) {
            post();
          }
        };
        socket.onclose = () => { errors.push('closed'); post(); };
      });
      </script>
      """;

  /** Runs after the script of the document: wraps its handlers and records their arguments. */
  private static final String RECORDER_SCRIPT =
      """
      <script>
      const calls = [];
      const errors = [];
      window.onerror = message => { errors.push(message); };
      ['onSubscribed', 'onSystemInfo', 'onUsageUpdate', 'onError', 'onDisconnect'].forEach(name => {
        const original = monitor[name].bind(monitor);
        monitor[name] = data => {
          original(data);
          calls.push({name, data});
          if (calls.length === 4) {
            const history = monitor.usageHistory;
            fetch('/report', {method: 'POST', body: JSON.stringify({calls, history, errors})});
          }
        };
      });
      </script>
      """;

  @TempDir private Path folder;

  @Test
  void page_twoSocketsBehindTheProxy_areSubscribedAndKeepGettingUpdates() throws Exception {
    var report = browse(PAGE);

    assertThat(report.getJsonArray("errors")).isEmpty();
    for (var socket = 0; socket < 2; socket++) {
      assertThat(report.getJsonArray("seen").getJsonArray(socket).stream())
          .startsWith("subscribed", "a 16 32.0 H100", "45.3 62.8 87% true", "45.3 62.8 87% true");
    }
  }

  @Test
  @EnabledIfSystemProperty(named = DOCUMENT, matches = ".+")
  void page_withTheScriptOfTheDocument_isServedUnmodified() throws Exception {
    var report =
        browse("<!doctype html>\n<script>\n" + documentScript() + "</script>\n" + RECORDER_SCRIPT);

    assertThat(report.getJsonArray("errors")).isEmpty();
    var calls = report.getJsonArray("calls");
    assertThat(calls.stream().map(entry -> ((JsonObject) entry).getString("name")))
        .containsExactly("onSubscribed", "onSystemInfo", "onUsageUpdate", "onUsageUpdate");
    assertThat(calls.getJsonObject(1).getJsonObject("data").getString("hostname")).isEqualTo("a");
    assertThat(report.getJsonArray("history").getJsonObject(1).getInteger("gpu")).isEqualTo(87);
  }

  /** Opens the page in a browser and returns its report. */
  private JsonObject browse(String page) throws Exception {
    Files.writeString(folder.resolve("page.html"), page);
    try (var node = ApiNode.startWithSystemClocks(Map.of("api.usage.interval", "1s"));
        var report = new ReportServer();
        var proxy = NginxProxy.start(folder, node.mainAddress().port(), report.port())) {
      var collector = new FakeUsageCollector(InstantSource.system());
      collector.setVitals(VitalsFixture.of().gpus(VitalsFixture.gpu("H100", 87, 18_432, 81_559)));
      node.addHost("a", collector);
      return report.browse("http://127.0.0.1:" + proxy.port() + "/page.html", folder);
    }
  }

  /** Returns the client script of the document. */
  private static String documentScript() throws IOException {
    var document = Files.readString(Path.of(System.getProperty(DOCUMENT)));
    var script =
        Pattern.compile(
                "^```javascript\\n(class GPUMonitor .*?)^```", Pattern.DOTALL | Pattern.MULTILINE)
            .matcher(document);
    assertThat(script.find()).isTrue();
    return script.group(1);
  }
}
