package io.muster.runtime.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.runtime.cluster.bus.BusIdentity;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.config.Secret;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.Socket;
import java.security.SignatureException;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on the event bus port of a member, with real bytes. Another member is not affected. */
@Tag("slow")
final class BusPortIT {
  private static final String TARGET = "target";
  private static final String ECHO = "echo";
  private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
  private static final Secret OTHER_SECRET = Secret.random(32);

  private final ClusterTestbed testbed = new ClusterTestbed();
  private final AtomicInteger delivered = new AtomicInteger();
  private final HostPort bus = HostPort.parse(testbed.reserveAddress()).orElseThrow();
  private final List<Socket> sockets = new ArrayList<>();
  private final ClusterNode node =
      testbed.startNode("cluster.listen", "127.0.0.1:0", "cluster.bus_listen", bus.toString());
  private final ClusterNode other =
      testbed.startNode(
          "cluster.join", ClusterTestbed.addressOf(node), "cluster.listen", "127.0.0.1:0");

  @BeforeEach
  void registerConsumers() {
    var eventBus = node.vertx().eventBus();
    var target = eventBus.consumer(TARGET, message -> delivered.incrementAndGet());
    var echo = eventBus.consumer(ECHO, message -> message.reply(message.body()));
    ClusterTestbed.awaitResult(target.completion());
    ClusterTestbed.awaitResult(echo.completion());
  }

  @AfterEach
  void checkThatMembersCommunicate() throws IOException {
    try {
      var reply = ClusterTestbed.awaitResult(other.vertx().eventBus().request(ECHO, "hello"));
      assertThat(reply.body()).isEqualTo("hello");
      assertThat(node.memberCount()).isEqualTo(2);
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
      testbed.close();
    }
  }

  @Test
  void message_ofAMember_isDelivered() {
    write(connect(identity(ClusterTestbed.SECRET)), textMessage(TARGET, "forged"));

    testbed.await("delivery", () -> delivered.get() == 1);
  }

  @Test
  void message_withoutTls_isRejected() throws IOException {
    var socket = openSocket();
    socket.getOutputStream().write(textMessage(TARGET, "forged").getBytes());

    assertClosed(socket);
    assertThat(testbed.rejections(node, "bus", "plain")).isEqualTo(1);
    assertThat(delivered).hasValue(0);
  }

  @Test
  void connection_withoutCertificate_isRejected() {
    assertRejected(tls(), "secret");
  }

  @Test
  void connection_withTheCertificateOfAnotherSecret_isRejected() {
    assertRejected(tls().setKeyCertOptions(identity(OTHER_SECRET)), "secret");
  }

  @Test
  void connection_withTheCertificateOfAMemberButAnotherKey_isRejected() {
    var stolen =
        new PemKeyCertOptions()
            .addCertValue(identity(ClusterTestbed.SECRET).getCertValue())
            .addKeyValue(identity(OTHER_SECRET).getKeyValue());

    assertRejected(tls().setKeyCertOptions(stolen), "handshake");
  }

  @Test
  void connection_withAnOlderTlsVersion_isRejected() {
    var options =
        tls()
            .setKeyCertOptions(identity(ClusterTestbed.SECRET))
            .setEnabledSecureTransportProtocols(Set.of("TLSv1.2"));

    assertRejected(options, "handshake");
  }

  @Test
  void member_ofAnotherSecret_isNotTrusted() {
    var otherMember = identity(OTHER_SECRET);
    var client =
        other
            .vertx()
            .createNetClient(
                tls()
                    .setTrustAll(false)
                    .setKeyCertOptions(otherMember)
                    .setTrustOptions(
                        new PemTrustOptions().addCertValue(otherMember.getCertValue())));

    assertThatThrownBy(() -> ClusterTestbed.awaitResult(client.connect(bus.port(), bus.host())))
        .hasRootCauseInstanceOf(SignatureException.class);
    testbed.await("rejection", () -> testbed.rejections(node, "bus", "secret") == 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, MAX_MESSAGE_BYTES + 1, -1, Integer.MIN_VALUE})
  void length_beyondTheLimit_closesTheConnection(int length) {
    var socket = connect(identity(ClusterTestbed.SECRET));

    writeUntilClosed(socket, Buffer.buffer().appendInt(length));

    assertThat(testbed.rejections(node, "bus", "size")).isEqualTo(1);
  }

  /** The connection ends with the message, and the next message opens another. */
  @Test
  void message_ofAMemberBeyondTheLimit_isRejectedAndLaterOnesAreDelivered() {
    var bus = other.vertx().eventBus();
    for (var round = 1; round <= 2; round++) {
      var expected = round;
      bus.send(TARGET, Buffer.buffer(new byte[MAX_MESSAGE_BYTES]));
      testbed.await("rejection", () -> testbed.rejections(node, "bus", "size") == expected);
      var before = delivered.get();

      testbed.await(
          "delivery",
          () -> {
            bus.send(TARGET, "hello");
            return delivered.get() > before;
          });
    }
  }

  /** Vert.x would allocate 2 GB for each of these lengths. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void lengthInsideAMessage_beyondItsEnd_closesTheConnection(int field) {
    var huge = Integer.MAX_VALUE - 1024;
    var texts = new int[] {TARGET.length(), 0, 1, 4};
    var message = Buffer.buffer().appendByte((byte) 1).appendByte((byte) 9).appendByte((byte) 1);
    for (var i = 0; i < texts.length; i++) {
      message.appendInt(i == field ? huge : texts[i]);
      message.appendString(i == field || i == 3 ? "" : "x".repeat(texts[i]));
    }
    message.appendInt(1).appendString("b");
    var socket = connect(identity(ClusterTestbed.SECRET));

    writeUntilClosed(socket, Buffer.buffer().appendInt(message.length()).appendBuffer(message));

    assertThat(testbed.rejections(node, "bus", "message")).isEqualTo(1);
  }

  @Test
  void connections_thatStaySilent_doNotKeepMembersOut() throws IOException {
    for (var i = 0; i < 300; i++) {
      openSocket();
    }

    var third = testbed.startNode("cluster.join", ClusterTestbed.addressOf(node));

    var reply = ClusterTestbed.awaitResult(third.vertx().eventBus().request(ECHO, "hello"));
    assertThat(reply.body()).isEqualTo("hello");
    testbed.await(
        "rejection of the oldest connections",
        () ->
            testbed.rejections(node, "bus", "limit") + testbed.rejections(node, "bus", "timeout")
                >= 172);
    ClusterTestbed.awaitResult(third.close());
    testbed.await("two members", () -> node.memberCount() == 2);
  }

  /**
   * Asserts that the server rejects the connection. A TLS 1.3 client may complete its part of the
   * handshake before that.
   */
  private void assertRejected(NetClientOptions options, String reason) {
    var closed = Promise.<Void>promise();
    other
        .vertx()
        .createNetClient(options)
        .connect(bus.port(), bus.host())
        .onSuccess(
            socket -> {
              socket.exceptionHandler(alert -> {}).closeHandler(closed::tryComplete);
              socket.write(textMessage(TARGET, "forged"));
            })
        .onFailure(cause -> closed.tryComplete());

    ClusterTestbed.awaitResult(closed.future());
    testbed.await("rejection", () -> testbed.rejections(node, "bus", reason) == 1);
    assertThat(delivered).hasValue(0);
  }

  private NetSocket connect(PemKeyCertOptions identity) {
    var client = other.vertx().createNetClient(tls().setKeyCertOptions(identity));
    return ClusterTestbed.awaitResult(client.connect(bus.port(), bus.host()));
  }

  private static NetClientOptions tls() {
    return new NetClientOptions()
        .setSsl(true)
        .setTrustAll(true)
        .setHostnameVerificationAlgorithm("");
  }

  private static PemKeyCertOptions identity(Secret secret) {
    try {
      var pair = BusIdentity.deriveCertificate(secret);
      return new PemKeyCertOptions()
          .addCertValue(Buffer.buffer(pair.certificatePem()))
          .addKeyValue(Buffer.buffer(pair.keyPem()));
    } catch (CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  private static void write(NetSocket socket, Buffer bytes) {
    socket.write(bytes).onFailure(closed -> {});
  }

  /** Vert.x does not call a handler that is set when the socket is already closed. */
  private static void writeUntilClosed(NetSocket socket, Buffer bytes) {
    var closed = Promise.<Void>promise();
    socket.exceptionHandler(alert -> {}).closeHandler(closed::tryComplete);
    write(socket, bytes);
    ClusterTestbed.awaitResult(closed.future());
  }

  private Socket openSocket() throws IOException {
    var socket = new Socket(bus.host(), bus.port());
    socket.setSoTimeout((int) ClusterTestbed.TIMEOUT.toMillis());
    sockets.add(socket);
    return socket;
  }

  /** Reads until the end, which a reset may bring. */
  private static void assertClosed(Socket socket) {
    try {
      socket.getInputStream().readAllBytes();
    } catch (IOException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  /** A message to all consumers of the address, as Vert.x sends it. */
  private static Buffer textMessage(String address, String text) {
    var message = Buffer.buffer().appendByte((byte) 1).appendByte((byte) 9).appendByte((byte) 1);
    for (var part : List.of(address, "", "sender")) {
      message.appendInt(part.length()).appendBytes(part.getBytes(UTF_8));
    }
    message.appendInt(Integer.BYTES).appendInt(text.length()).appendString(text);
    return Buffer.buffer().appendInt(message.length()).appendBuffer(message);
  }
}
