package io.muster.bus.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.LoopbackCluster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pages on one node of a cluster, read by another node. */
class PagesIT {
  private static LoopbackCluster cluster;
  private static Vertx reader;
  private static Vertx server;

  private final String address = "test.pages." + UUID.randomUUID();

  @BeforeAll
  static void start() throws Exception {
    cluster = new LoopbackCluster();
    reader = cluster.startNode();
    server = cluster.startNode();
  }

  @AfterAll
  static void stop() throws Exception {
    Future.join(reader.close(), server.close()).await(60, SECONDS);
  }

  @Test
  void next_ofAnotherNode_everyPageArrivesInOrderAndComplete() throws Exception {
    var source = RecordingPages.of(200);

    var pages = openPages(reader, source);

    assertThat(pages.head()).isEqualTo(source.head());
    assertThat(RecordingPages.readAll(pages).await(60, SECONDS))
        .isEqualTo(RecordingPages.rows(200));
    source.closeFuture().await(60, SECONDS);
  }

  @Test
  void open_oneShortPageOfAnotherNode_closesTheSourceWithTheReply() throws Exception {
    var source = RecordingPages.of(1);

    var pages = openPages(reader, source);

    source.closeFuture().await(60, SECONDS);
    assertThat(pages.head()).isEqualTo(source.head());
    assertThat(RecordingPages.readAll(pages).await(60, SECONDS)).isEqualTo(RecordingPages.rows(1));
    assertThat(source.readCount()).isEqualTo(1);
  }

  @Test
  void close_ofAnotherNode_closesTheSource() throws Exception {
    var source = RecordingPages.of(5);
    var pages = openPages(reader, source);
    pages.next().await(60, SECONDS);

    pages.close();

    source.closeFuture().await(60, SECONDS);
    assertThat(source.readCount()).isEqualTo(1);
  }

  @Test
  void next_aPageFailsOnAnotherNode_returnsCodeAndMessage() throws Exception {
    var source =
        RecordingPages.failingAt(
            5, 3, new FleetException(Code.TIMEOUT, "the database was too slow"));
    var pages = openPages(reader, source);
    pages.next().await(60, SECONDS);
    pages.next().await(60, SECONDS);

    var failure = catchThrowable(() -> pages.next().await(60, SECONDS));

    assertThat(failure)
        .hasMessage("the database was too slow")
        .hasFieldOrPropertyWithValue("code", Code.TIMEOUT);
    source.closeFuture().await(60, SECONDS);
  }

  @Test
  void next_readerNodeStops_closesTheSourceAfterTheTimeout() throws Exception {
    var source = RecordingPages.of(5);
    var leavingNode = cluster.startNode();
    openPages(leavingNode, source).next().await(60, SECONDS);

    leavingNode.close().await(60, SECONDS);

    source.closeFuture().await(60, SECONDS);
    assertThat(source.readCount()).isEqualTo(1);
  }

  private Pages<RecordingPages.PagesHead, RecordingPages.NumberedRow> openPages(
      Vertx caller, RecordingPages source) throws Exception {
    services(server); // registers the codec
    server
        .eventBus()
        .consumer(
            address,
            request ->
                PageServer.serve(
                    request, source, Duration.ofSeconds(3), cause -> (FleetException) cause))
        .completion()
        .await(60, SECONDS);
    return services(caller)
        .proxy(address, PagedService.class, Duration.ofSeconds(20))
        .open("x")
        .await(60, SECONDS);
  }

  private static BusService services(Vertx vertx) {
    return new BusService(vertx, new SimpleMeterRegistry(), System::nanoTime);
  }
}
