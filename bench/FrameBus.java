import static java.lang.Integer.parseInt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FrameTopic;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.cluster.ClusterConfig;
import io.muster.runtime.cluster.ClusterNode;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.FrameSummary;
import io.muster.schema.frame.Section;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageProducer;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A member of Muster's cluster that simulates a collector, or receives the frames of the real ones.
 * Run from its source: {@code java -cp muster.jar FrameBus.java ...}; it ends at the end of its
 * standard input.
 *
 * <pre>
 * feed SEED LISTEN FRAMES   publishes the JSON objects in a file in turn, at the rate per second in
 *                           the newest line of standard input; 0 for none
 * watch SEED LISTEN         prints host, sequence, instant and arrival (both ns) of every frame
 * flood SEED LISTEN BYTES   sends messages of this size to the sink, 256 writes in flight
 * sink SEED LISTEN          prints "ready", then every second the number of messages received in it
 * </pre>
 */
public final class FrameBus {
  private static final String SINK = "bench.sink";
  private static final int WRITES_IN_FLIGHT = 256;

  private FrameBus() {}

  public static void main(String[] arguments) throws Exception {
    var vertx = join(arguments[1], arguments[2]);
    var topic = FrameTopic.on(vertx);
    switch (arguments[0]) {
      case "feed" -> new FrameProducer(topic, Path.of(arguments[3])).run();
      case "flood" -> {
        var body = Buffer.buffer(new byte[parseInt(arguments[3])]);
        vertx.runOnContext(start -> flood(vertx, body));
      }
      case "sink" -> sink(vertx);
      default ->
          topic.subscribe(
              FrameBus::print, new MeterFactory(new SimpleMeterRegistry(), "muster.test."));
    }
    System.in.transferTo(OutputStream.nullOutputStream());
    System.exit(0);
  }

  private static Vertx join(String seed, String listen) throws Exception {
    var secret = System.getenv().getOrDefault("MUSTER_CLUSTER_SECRET", "");
    var settings = new HashMap<>(Map.of("cluster.join", seed, "cluster.listen", listen));
    settings.putAll(Map.of("cluster.lite", "true", "cluster.secret", secret));
    var config = ClusterConfig.from(new ConfigReader(SettingSources.of(settings)));
    var node = ClusterNode.builder(config).start();
    return node.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS).vertx();
  }

  private static void flood(Vertx vertx, Buffer body) {
    var sender = vertx.eventBus().<Buffer>sender(SINK);
    for (var i = 0; i < WRITES_IN_FLIGHT; i++) {
      writeForever(vertx, sender, body);
    }
  }

  /** Writes the next message when this one is written; a write may complete within the call. */
  private static void writeForever(Vertx vertx, MessageProducer<Buffer> sender, Buffer body) {
    sender
        .write(body)
        .onComplete(done -> vertx.runOnContext(next -> writeForever(vertx, sender, body)));
  }

  private static void sink(Vertx vertx) throws Exception {
    var received = new LongAdder();
    var first = new CountDownLatch(1);
    var consumer =
        vertx
            .eventBus()
            .<Buffer>consumer(
                SINK,
                message -> {
                  received.increment();
                  first.countDown();
                });
    consumer.completion().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    System.out.println("ready");
    first.await();
    Executors.newSingleThreadScheduledExecutor()
        .scheduleAtFixedRate(
            () -> System.out.println(received.sumThenReset()), 1, 1, TimeUnit.SECONDS);
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

  /** A host that publishes prepared frames, each with its sequence number and instant. */
  private static final class FrameProducer {
    private static final FrameSummary NO_READINGS =
        new FrameSummary(
            8,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty());

    private final FrameTopic topic;
    private final List<Map<Section, byte[]>> templates = new ArrayList<>();
    private final long bootId = System.currentTimeMillis();
    private final String host;
    private long sequence;

    FrameProducer(FrameTopic topic, Path file) throws IOException {
      this.topic = topic;
      var json = new ObjectMapper();
      var name = "";
      for (var line : Files.readAllLines(file)) {
        var frame = json.readTree(line);
        name = frame.get("hostname").asText();
        templates.add(sections(json, frame));
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
      var executor = Executors.newSingleThreadScheduledExecutor();
      var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      ScheduledFuture<?> schedule = null;
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (schedule != null) {
          schedule.cancel(false);
        }
        var framesPerSecond = Long.parseLong(line.trim());
        var intervalNanos = framesPerSecond == 0 ? 0 : 1_000_000_000 / framesPerSecond;
        schedule =
            framesPerSecond == 0
                ? null
                : executor.scheduleAtFixedRate(
                    () -> publish(Duration.ofNanos(intervalNanos)),
                    0,
                    intervalNanos,
                    TimeUnit.NANOSECONDS);
      }
    }

    private void publish(Duration interval) {
      sequence++;
      var sections = new EnumMap<>(templates.get((int) (sequence % templates.size())));
      var chassis = sections.get(Section.CHASSIS).clone();
      var at = Instant.now();
      overwriteDigits(chassis, "\"sequence\":\"", String.format("%010d", sequence));
      overwriteDigits(chassis, "\"published_ns\":\"", Long.toString(nanos(at)));
      sections.put(Section.CHASSIS, chassis);
      var head =
          new FrameHeader(host, "0".repeat(32), bootId, sequence, at, interval, true, NO_READINGS);
      topic.publish(new EncodedFrame(head, sections, List.of()));
    }

    private static void overwriteDigits(byte[] json, String key, String digits) {
      var at = new String(json, StandardCharsets.ISO_8859_1).indexOf(key) + key.length();
      var bytes = digits.getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(bytes, 0, json, at, bytes.length);
    }
  }
}
