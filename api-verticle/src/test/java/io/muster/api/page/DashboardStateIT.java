package io.muster.api.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.fleet.TestFrame;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Section;
import io.muster.schema.gpu.GpuReading;
import io.muster.schema.gpu.GpuValues;
import io.muster.schema.json.WireJson;
import io.muster.testkit.Chromium;
import io.muster.testkit.ChromiumPage;
import io.muster.testkit.Requires;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** States and names of hosts as the dashboard shows them, in a browser. */
@Requires("chromium")
@Timeout(180)
class DashboardStateIT {
  private static final String HOSTILE = "<img src=x onerror=document.title='owned'>";
  private static final String RIGHT_TO_LEFT = "\u202eabc";

  @TempDir private Path folder;

  @Test
  void show_hostileNames_stayText() {
    var longName = "x".repeat(200);
    try (var node = ApiNode.startWithSystemClocks(Map.of());
        var chromium = Chromium.start(folder)) {
      node.publish(frame("<b>evil</b>", HOSTILE, Optional.empty()));
      node.publish(frame(longName, "🔥 " + RIGHT_TO_LEFT, Optional.empty()));
      var page = open(chromium, node, "");

      page.await("document.querySelectorAll('.table-scroll tbody tr').length === 2");
      page.evaluate("location.hash = '#/?rows=gpus'");
      page.await("document.querySelector('.table-scroll tbody')?.innerText.includes('onerror=')");
      page.evaluate("location.hash = '#/host/' + encodeURIComponent('<b>evil</b>')");
      page.await("document.querySelector('h1')?.innerText.includes('<b>evil</b>')");

      assertThat(page.text("document.querySelectorAll('img, main b > b, iframe').length"))
          .isEqualTo("0");
      assertThat(page.text("document.title")).contains("Muster").doesNotContain("owned");
      assertThat(page.text("document.documentElement.scrollWidth - innerWidth")).isEqualTo("0");
      assertThat(page.problems()).allMatch(DashboardStateIT::isMissingDatabase);
    }
  }

  @Test
  void show_lostGpuThenSilentHost_saysWhatAndSinceWhen() {
    try (var node = ApiNode.startWithSystemClocks(Map.of());
        var chromium = Chromium.start(folder)) {
      node.publish(frame("gpu-07", "H100", Optional.of("lost")));
      var page = open(chromium, node, "");

      page.await("document.querySelector('h1')?.innerText.startsWith('1 GPU lost on gpu-07')");
      page.await("document.querySelector('.attention')?.innerText.includes('GPU 0 lost')");
      assertThat(page.text("document.title")).isEqualTo("◆ 1 lost · Muster");

      page.await("document.querySelector('h1')?.innerText.startsWith('gpu-07 silent for ')");
      page.await("document.querySelector('.attention')?.innerText.includes('last seen')");
      page.await("document.querySelector('.table-scroll tbody tr')?.className.includes('absent')");
    }
  }

  @Test
  void show_hostWithoutGpu_explainsWhatToTry() {
    try (var node = ApiNode.startWithSystemClocks(Map.of());
        var chromium = Chromium.start(folder)) {
      var page = open(chromium, node, "");
      page.await("document.body.innerText.includes('No host has reported yet')");

      node.publish(TestFrame.of("a").section(Section.GPU, "[]").build());

      page.await("document.body.innerText.includes('No GPU found')");
      page.await("document.body.innerText.includes('nvidia-smi')");
    }
  }

  private static ChromiumPage open(Chromium chromium, ApiNode node, String screen) {
    var page = chromium.open();
    page.setViewport(1280, 800);
    page.navigate("http://127.0.0.1:" + node.mainAddress().port() + "/#/" + screen);
    return page;
  }

  /** A node without an aggregator answers requests for the history with 503. */
  private static boolean isMissingDatabase(String problem) {
    return problem.contains("503");
  }

  private static EncodedFrame frame(String host, String gpuName, Optional<String> state) {
    var values = GpuValues.builder().with(GpuReading.UTILIZATION, 87).build();
    var gpu = FrameTestData.gpu("GPU-" + host.hashCode(), host, values);
    var json = new JsonObject(Buffer.buffer(WireJson.bytes(gpu))).put("name", gpuName);
    state.ifPresent(word -> json.put("state", word));
    return TestFrame.of(host)
        .interval(Duration.ofSeconds(2))
        .section(Section.GPU, "[" + json.encode() + "]")
        .build();
  }
}
