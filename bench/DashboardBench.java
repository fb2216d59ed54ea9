import io.muster.testkit.Chromium;
import io.muster.testkit.ChromiumPage;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Measures the dashboard in a browser: the time to the first paint and to the whole fleet, the CPU
 * and the heap while it shows the live fleet, and frames while it scrolls. Run from its source:
 * {@code java -cp muster.jar:fleet-testkit.jar DashboardBench.java URL TEXT SECONDS}, where the
 * page shows the text when the fleet is visible. Prints a JSON object.
 */
public final class DashboardBench {
  private static final int SETTLE_SECONDS = 10;

  private static final String OBSERVER =
      """
      new MutationObserver(() => {
        if (!window.visibleAt && document.querySelector('canvas') && document.body.innerText.includes('TEXT')) {
          window.visibleAt = performance.now();
        }
      }).observe(document, {childList: true, subtree: true, characterData: true})""";

  private static final String SCROLL =
      """
      new Promise(resolve => {
        const table = document.querySelector('.table-scroll');
        table.scrollIntoView();
        const frames = [];
        const begin = performance.now();
        let last = begin;
        const step = now => {
          frames.push(now - last);
          last = now;
          table.scrollTop = (table.scrollTop + 48) % (table.scrollHeight - table.clientHeight);
          if (now - begin < 6000) requestAnimationFrame(step);
          else {
            frames.sort((a, b) => a - b);
            resolve({fps: 1000 * frames.length / (now - begin), p50: frames[Math.floor(frames.length / 2)],
              p99: frames[Math.floor(frames.length * 0.99)], longest: frames.at(-1)});
          }
        };
        requestAnimationFrame(step);
      })""";

  private DashboardBench() {}

  public static void main(String... arguments) throws Exception {
    var url = arguments[0];
    var seconds = Integer.parseInt(arguments[2]);
    var folder = Files.createTempDirectory("muster-dashboard-");
    try (var chromium = Chromium.start(folder)) {
      Runtime.getRuntime().addShutdownHook(new Thread(chromium::close));
      var page = chromium.open();
      page.setViewport(1440, 900);
      page.addScript(OBSERVER.replace("TEXT", arguments[1]));
      for (var screen : new String[] {"/", "/#/?rows=gpus"}) {
        page.navigate("about:blank");
        page.navigate(url + screen);
        page.await("window.visibleAt");
      }
      var result = new JsonObject().put("visible_ms", number(page, "window.visibleAt"));
      result.put(
          "first_paint_ms",
          number(page, "performance.getEntriesByName('first-contentful-paint')[0].startTime"));
      elapse(page, SETTLE_SECONDS);
      measureLive(page, seconds, result);
      result.put("scroll", page.evaluate(SCROLL));
      System.out.println(result.encode());
    } finally {
      delete(folder);
    }
  }

  private static void measureLive(ChromiumPage page, int seconds, JsonObject result) {
    page.send("Performance.enable", new JsonObject());
    var cpuBefore = browserCpu();
    var taskBefore = taskSeconds(page);
    elapse(page, seconds);
    result.put("main_thread_cpu", (taskSeconds(page) - taskBefore) / seconds);
    result.put("browser_cpu", browserCpu().minus(cpuBefore).toMillis() / 1000.0 / seconds);
    page.send("HeapProfiler.collectGarbage", new JsonObject());
    var heap = page.send("Runtime.getHeapUsage", new JsonObject());
    result.put("heap_mb", heap.getDouble("usedSize") / 1e6);
  }

  private static double taskSeconds(ChromiumPage page) {
    return page.send("Performance.getMetrics", new JsonObject()).getJsonArray("metrics").stream()
        .map(JsonObject.class::cast)
        .filter(metric -> metric.getString("name").equals("TaskDuration"))
        .mapToDouble(metric -> metric.getDouble("value"))
        .sum();
  }

  private static Duration browserCpu() {
    return ProcessHandle.current()
        .descendants()
        .map(process -> process.info().totalCpuDuration())
        .flatMap(Optional::stream)
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static void elapse(ChromiumPage page, int seconds) {
    page.evaluate("new Promise(resolve => setTimeout(resolve, " + 1000 * seconds + "))");
  }

  private static double number(ChromiumPage page, String expression) {
    return ((Number) page.evaluate(expression)).doubleValue();
  }

  private static void delete(Path folder) throws Exception {
    try (var files = Files.walk(folder)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    }
  }
}
