package io.muster.api.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.ApiNode;
import io.muster.api.EventReader;
import io.muster.api.Exchange;
import io.muster.api.fleet.TestFrame;
import io.muster.runtime.config.HostPort;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.LogCapture;
import io.muster.schema.frame.Section;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class ChannelStreamWriterIT {
  private static final int MEGABYTE = 1 << 20;

  private static final String COMPRESSED =
      "GET /events?heartbeat=7 HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n";

  private final ApiNode node = ApiNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void write_toAnHttp10Client_hasNoChunksAndEndsWithTheConnection() throws IOException {
    try (var socket = send("GET /events HTTP/1.0\r\n\r\n")) {
      awaitOpenStreams(1);
      node.publish(frame("a", 1, "x"));
      node.publish(frame("a", 2, "y"));
      node.undeploy();

      var response = new String(socket.getInputStream().readAllBytes(), UTF_8).split("\r\n\r\n", 2);
      assertThat(response[0])
          .startsWith("HTTP/1.0 200 OK\r\n")
          .doesNotContainIgnoringCase("chunked");
      assertThat(response[1]).isEqualTo(event(1, "x") + event(2, "y"));
    }
  }

  @Test
  void write_largeFrameToASlowClient_arrivesIntact() throws IOException {
    var big = randomText(3 * MEGABYTE);
    try (var socket = new Socket()) {
      connectWithSmallBuffer(socket, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
      awaitOpenStreams(1);
      node.publish(frame("a", 1, big));
      node.publish(frame("a", 2, "small"));
      var reader = EventReader.of(socket);

      assertThat(reader.next()).contains(event(1, big));
      assertThat(reader.next()).contains(event(2, "small"));
    }
  }

  @Test
  void write_largeFrameToASlowHttp10Client_arrivesIntact() throws IOException {
    var big = randomText(3 * MEGABYTE);
    try (var socket = new Socket()) {
      connectWithSmallBuffer(socket, "GET /events HTTP/1.0\r\n\r\n");
      awaitOpenStreams(1);
      node.publish(frame("a", 1, big));
      var expected = event(1, big).getBytes(UTF_8);
      skipHead(socket.getInputStream());

      assertThat(socket.getInputStream().readNBytes(expected.length)).isEqualTo(expected);
    }
  }

  @Test
  void end_duringAFrame_leavesAnIncompleteStream() throws IOException {
    try (var socket = new Socket()) {
      connectWithSmallBuffer(socket, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
      awaitOpenStreams(1);
      node.publish(frame("a", 1, randomText(8 * MEGABYTE)));

      node.undeploy();

      var reader = EventReader.of(socket);
      assertThatThrownBy(reader::next).isInstanceOf(IOException.class);
    }
  }

  @Test
  void open_onAReusedConnection_streams() throws IOException {
    node.publish(frame("a", 1, "x"));
    try (var socket = send("GET /snapshot HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      var head = skipHead(socket.getInputStream());
      var length = Integer.parseInt(head.replaceAll("(?s).*content-length: (\\d+).*", "$1"));
      assertThat(socket.getInputStream().readNBytes(length)).hasSize(length);

      EventReader.request(socket, "/events");
      var reader = EventReader.of(socket);
      node.publish(frame("a", 2, "y"));
      assertThat(reader.next()).contains(event(2, "y"));
    }
  }

  @Test
  void open_pipelinedAfterALargeResponse_followsIt() throws IOException {
    var big = randomText(4 * MEGABYTE);
    node.publish(frame("a", 1, big));
    for (var coding : new String[] {"identity", "gzip"}) {
      try (var socket = new Socket()) {
        connectWithSmallBuffer(
            socket,
            "GET /snapshot HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "GET /events HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: "
                + coding
                + "\r\n\r\n");
        awaitOpenStreams(1);
        node.publish(frame("a", coding.equals("gzip") ? 3 : 2, big));
        var in = socket.getInputStream();
        var head = skipHead(in);
        var length = Integer.parseInt(head.replaceAll("(?s).*content-length: (\\d+).*", "$1"));
        assertThat(new String(in.readNBytes(length), UTF_8)).endsWith("\"}").contains(big);

        assertThat(skipHead(in)).startsWith("HTTP/1.1 200 OK\r\n").contains("event-stream");
      }
      awaitOpenStreams(0);
    }
  }

  @Test
  void end_anotherStreamQueuedOnTheConnection_endsBothWithoutWarnings() throws IOException {
    var request = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try (var log = LogCapture.start("io.muster.api");
        var socket = send(request + request)) {
      awaitOpenStreams(1);
      node.publish(frame("a", 1, "x"));
      node.undeploy();

      var response = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertThat(response).startsWith("HTTP/1.1 200 OK\r\n").contains("id: 2026", "\r\n0\r\n\r\n");
      assertThat(log.lines())
          .noneMatch(line -> line.startsWith("WARNING") || line.startsWith("SEVERE"));
    }
  }

  @Test
  void write_compressed_inflatesToTheSameStream() throws IOException {
    try (var socket = send(COMPRESSED)) {
      awaitOpenStreams(1);
      node.publish(frame("a", 1, "x"));
      var before = written();
      node.nanos().advance(Duration.ofSeconds(7));
      awaitMoreWritten(before);
      node.publish(frame("a", 2, "y"));
      node.undeploy();

      assertThat(inflate(socket)).isEqualTo(event(1, "x") + ": keep-alive\n\n" + event(2, "y"));
    }
  }

  @Test
  void write_compressedToAStuckClient_reportsTheLossAndEndsWithAValidTrailer() throws Exception {
    try (var socket = new Socket()) {
      connectWithSmallBuffer(socket, COMPRESSED);
      awaitOpenStreams(1);
      for (int sequence = 1; sequence <= 60; sequence++) {
        node.publish(frame("a", sequence, randomText(100_000)));
      }
      assertThat(node.sampleValue("muster_api_events_dropped_total")).isPositive();
      var in = new GZIPInputStream(bodyOf(socket), 4096);
      var seen = new StringBuilder();
      while (seen.indexOf("\"n\":60,") < 0) {
        var part = new byte[4096];
        var length = in.read(part);
        seen.append(new String(part, 0, length, UTF_8));
      }
      node.undeploy();
      seen.append(new String(in.readAllBytes(), UTF_8));

      assertThat(seen.toString()).contains("event: lag\ndata: {\"dropped\":").endsWith("\n\n");
    }
  }

  private Socket send(String request) throws IOException {
    var socket = Exchange.connect(node.mainAddress());
    socket.getOutputStream().write(request.getBytes(UTF_8));
    return socket;
  }

  /** Sends the request on a connection with a small receive buffer. */
  private void connectWithSmallBuffer(Socket socket, String request) throws IOException {
    HostPort server = node.mainAddress();
    socket.setReceiveBufferSize(4 * 1024);
    socket.setSoTimeout(60_000);
    socket.connect(new InetSocketAddress(server.host(), server.port()));
    socket.getOutputStream().write(request.getBytes(UTF_8));
  }

  /** Retries until this number of streams is open: each request makes the server process events. */
  private void awaitOpenStreams(int streams) {
    for (int attempt = 0; attempt < 2_000; attempt++) {
      if (node.sampleValue("muster_api_subscribers") == streams) {
        return;
      }
    }
    throw new AssertionError("expected open streams: " + streams);
  }

  private double written() {
    return node.sampleValue("muster_api_events_written_bytes_total");
  }

  private void awaitMoreWritten(double before) {
    for (int attempt = 0; attempt < 20_000; attempt++) {
      if (written() > before) {
        return;
      }
    }
    throw new AssertionError("nothing was written");
  }

  private static String skipHead(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      var next = in.read();
      if (next < 0) {
        throw new IOException("connection ended inside: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static String inflate(Socket socket) throws IOException {
    try (var in = new GZIPInputStream(bodyOf(socket))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /** The body of the response without the framing of its chunks. */
  private static InputStream bodyOf(Socket socket) throws IOException {
    var in = socket.getInputStream();
    assertThat(skipHead(in).toLowerCase(Locale.ROOT)).contains("content-encoding: gzip");
    return new ChunkedInputStream(in);
  }

  private static String event(int sequence, String text) {
    return "event: snapshot\nid: "
        + TestFrame.AT.plusSeconds(3L * (sequence - 1)).toString().substring(0, 19)
        + "Z\ndata: {\"gpus\":"
        + gpus(sequence, text)
        + ",\"hostname\":\"a\",\"schema\":1,\"timestamp\":\""
        + TestFrame.AT.plusSeconds(3L * (sequence - 1)).toString().substring(0, 19)
        + "Z\"}\n\n";
  }

  private static EncodedFrame frame(String host, int sequence, String text) {
    return TestFrame.of(host).sequence(sequence).section(Section.GPU, gpus(sequence, text)).build();
  }

  private static String gpus(int sequence, String text) {
    return "[{\"n\":" + sequence + ",\"text\":\"" + text + "\"}]";
  }

  private static String randomText(int length) {
    var noise = new StringBuilder(length);
    new Random(length)
        .ints(length, '0', 'Z')
        .forEach(c -> noise.append((char) (c == '\\' ? 'a' : c)));
    return noise.toString();
  }
}
