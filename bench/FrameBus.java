import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.bus.FrameTopic;
import io.muster.runtime.cluster.ClusterConfig;
import io.muster.runtime.cluster.ClusterNode;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.FrameSummary;
import io.muster.schema.frame.Section;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A member of Muster's cluster that plays a collector, or listens to the real ones. Run from its
 * source: {@code java -cp muster.jar FrameBus.java ...}; it ends with its standard input.
 *
 * <pre>
 * feed SEED LISTEN FRAMES   publishes the JSON objects in a file in turn, as many a second as the
 *                           newest line of standard input says; 0 for none
 * watch SEED LISTEN         prints host, sequence, instant and arrival (both ns) of every frame
 * </pre>
 */
public final class FrameBus {
  private FrameBus() {}

  public static void main(String[] arguments) throws Exception {
    var vertx = join(arguments[1], arguments[2]);
    var topic = FrameTopic.on(vertx);
    if (arguments[0].equals("feed")) {
      new Feed(topic, Path.of(arguments[3])).run();
    } else {
      topic.subscribe(FrameBus::print);
      System.in.transferTo(OutputStream.nullOutputStream());
    }
    System.exit(0);
  }

  private static Vertx join(String seed, String listen) throws Exception {
    var settings = Map.of("cluster.join", seed, "cluster.listen", listen, "cluster.lite", "true");
    var config = ClusterConfig.from(new ConfigReader(SettingSources.of(settings)));
    var node = ClusterNode.builder(config).start();
    return node.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS).vertx();
  }

  private static void print(EncodedFrame frame) {
    var head = frame.header();
    System.out.println(
        head.hostId()
            + " "
            + head.sequence()
            + " "
            + nanos(head.sampledAt())
            + " "
            + nanos(Instant.now()));
  }

  private static long nanos(Instant at) {
    return at.getEpochSecond() * 1_000_000_000 + at.getNano();
  }

  /** One host that sends prepared frames, each with its sequence and the instant in it. */
  private static final class Feed {
    private static final FrameSummary UNTOLD =
        new FrameSummary(
            8,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty());

    private final FrameTopic topic;
    private final List<Map<Section, byte[]>> prepared = new ArrayList<>();
    private final long bootId = System.currentTimeMillis();
    private final String host;
    private long sequence;

    Feed(FrameTopic topic, Path file) throws IOException {
      this.topic = topic;
      var json = new ObjectMapper();
      var name = "";
      for (var line : Files.readAllLines(file)) {
        var frame = json.readTree(line);
        name = frame.get("hostname").asText();
        prepared.add(sections(json, frame));
      }
      host = name;
    }

    private static Map<Section, byte[]> sections(ObjectMapper json, JsonNode frame)
        throws IOException {
      var sections = new EnumMap<Section, byte[]>(Section.class);
      for (var section : Section.values()) {
        if (frame.has(section.key())) {
          sections.put(section, json.writeValueAsBytes(frame.get(section.key())));
        }
      }
      return sections;
    }

    void run() throws IOException {
      var clock = Executors.newSingleThreadScheduledExecutor();
      var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      ScheduledFuture<?> beat = null;
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (beat != null) {
          beat.cancel(false);
        }
        var rate = Long.parseLong(line.trim());
        var interval = rate == 0 ? 0 : 1_000_000_000 / rate;
        beat =
            rate == 0
                ? null
                : clock.scheduleAtFixedRate(
                    () -> publish(Duration.ofNanos(interval)), 0, interval, TimeUnit.NANOSECONDS);
      }
    }

    private void publish(Duration interval) {
      sequence++;
      var sections = new EnumMap<>(prepared.get((int) (sequence % prepared.size())));
      var chassis = sections.get(Section.CHASSIS).clone();
      var at = Instant.now();
      fillIn(chassis, "\"sequence\":\"", String.format("%010d", sequence));
      fillIn(chassis, "\"published_ns\":\"", Long.toString(nanos(at)));
      sections.put(Section.CHASSIS, chassis);
      var head =
          new FrameHeader(host, "0".repeat(32), bootId, sequence, at, interval, true, UNTOLD);
      topic.publish(new EncodedFrame(head, sections, List.of()));
    }

    private static void fillIn(byte[] json, String key, String digits) {
      var at = new String(json, StandardCharsets.ISO_8859_1).indexOf(key) + key.length();
      var bytes = digits.getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(bytes, 0, json, at, bytes.length);
    }
  }
}
