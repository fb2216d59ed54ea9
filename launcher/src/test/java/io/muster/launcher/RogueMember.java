package io.muster.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.muster.bus.Address;
import io.muster.runtime.cluster.ClusterConfig;
import io.muster.runtime.cluster.ClusterNode;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.file.Path;
import java.util.Map;

/** A member that knows the secret and sends any bytes as a frame or as the argument of a call. */
final class RogueMember implements AutoCloseable {
  private final ClusterNode node;

  private RogueMember(ClusterNode node) {
    this.node = node;
    for (var codec : new String[] {"muster.frame.v1", "muster.parcel"}) {
      node.vertx().eventBus().registerCodec(new RawCodec(codec));
    }
  }

  static RogueMember join(String seed, Path secretFile) throws Exception {
    var reader =
        new ConfigReader(
            SettingSources.of(
                Map.of("cluster.join", seed, "cluster.secret_file", secretFile.toString())));
    var config = ClusterConfig.from(reader);
    return new RogueMember(ClusterNode.builder(config).start().await(60, SECONDS));
  }

  Vertx vertx() {
    return node.vertx();
  }

  int memberCount() {
    return node.memberCount();
  }

  void publishFrame(Buffer bytes) {
    vertx()
        .eventBus()
        .publish(Address.FRAMES, bytes, new DeliveryOptions().setCodecName("muster.frame.v1"));
  }

  /** Sends bytes as the argument of a method of the host's collector, without waiting. */
  void call(String host, String method, Buffer bytes) {
    var options = new DeliveryOptions().setCodecName("muster.parcel").addHeader("method", method);
    vertx().eventBus().send(Address.collector(host), bytes, options);
  }

  @Override
  public void close() {
    node.close().toCompletionStage().toCompletableFuture().join();
  }

  /** The bytes of a frame, in the layout of its codec. Confined to one test. */
  static final class ForgedFrame {
    private byte[] host;
    private String clientId = "6e1131b4b9cc454aa6ce3294ab860b2d";
    private long bootId = 1_786_185_000_000L;
    private long sequence = 1;
    private long atMillis = 1_786_185_003_000L;
    private int intervalMillis = 500;
    private String errors = "[]";
    private String sectionName = "gpu";
    private byte[] section = "[]".getBytes(UTF_8);

    ForgedFrame(String host) {
      this.host = host.getBytes(UTF_8);
    }

    ForgedFrame host(byte[] bytes) {
      host = bytes;
      return this;
    }

    ForgedFrame clientId(String id) {
      clientId = id;
      return this;
    }

    ForgedFrame boot(long id) {
      bootId = id;
      return this;
    }

    ForgedFrame sequence(long number) {
      sequence = number;
      return this;
    }

    ForgedFrame at(long millis) {
      atMillis = millis;
      return this;
    }

    ForgedFrame interval(int millis) {
      intervalMillis = millis;
      return this;
    }

    ForgedFrame errors(String json) {
      errors = json;
      return this;
    }

    ForgedFrame section(String name, byte[] json) {
      sectionName = name;
      section = json;
      return this;
    }

    ForgedFrame section(String name, String json) {
      return section(name, json.getBytes(UTF_8));
    }

    Buffer bytes() {
      var wire = Buffer.buffer().appendByte((byte) 1).appendByte((byte) 0);
      wire.appendLong(bootId).appendLong(sequence).appendLong(atMillis).appendInt(intervalMillis);
      wire.appendInt(0);
      for (var reading = 0; reading < 4; reading++) {
        wire.appendDouble(Double.NaN);
      }
      append(wire, host);
      append(wire, clientId.getBytes(UTF_8));
      append(wire, errors.getBytes(UTF_8));
      append(wire.appendByte((byte) 1), sectionName.getBytes(UTF_8));
      append(wire, section);
      return wire;
    }

    private static void append(Buffer wire, byte[] block) {
      wire.appendInt(block.length).appendBytes(block);
    }
  }

  /** Sends bytes under the name of another codec. Safe for use by any thread. */
  private record RawCodec(String name) implements MessageCodec<Buffer, Buffer> {
    @Override
    public void encodeToWire(Buffer wire, Buffer bytes) {
      wire.appendBuffer(bytes);
    }

    @Override
    public Buffer decodeFromWire(int position, Buffer wire) {
      throw new UnsupportedOperationException("only sends");
    }

    @Override
    public Buffer transform(Buffer bytes) {
      return bytes;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
