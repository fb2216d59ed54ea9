package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Exchange;
import io.muster.bus.transport.NoHead;
import io.muster.bus.transport.Page;
import io.muster.bus.transport.Pages;
import io.muster.runtime.config.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PageStreamIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Vertx vertx = Vertx.vertx();
  private final EndlessPages pages = new EndlessPages(new CompletableFuture<>());

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void send_clientReadsNothing_isAborted() throws IOException {
    var completed = new CompletableFuture<Void>();
    var server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    new PageStream(
                            request,
                            new RestResponse.PagedResponse(pages, "[", "]", Map.of()),
                            InstantSource.system(),
                            Duration.ofMillis(300))
                        .send()
                        .onSuccess(completed::complete));
    var port = await(server.listen(0, "127.0.0.1")).actualPort();
    try (var socket = Exchange.connect(new HostPort("127.0.0.1", port))) {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));

      assertThat(pages.closed).succeedsWithin(TIMEOUT);
      assertThat(completed).succeedsWithin(TIMEOUT);
    }
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(60, TimeUnit.SECONDS).await();
  }

  private record EndlessPages(CompletableFuture<Void> closed) implements Pages<NoHead, Integer> {
    private static final Page<Integer> PAGE = Page.of(Collections.nCopies(100_000, 1), false);

    @Override
    public NoHead head() {
      return NoHead.NO_HEAD;
    }

    @Override
    public Future<Page<Integer>> next() {
      return Future.succeededFuture(PAGE);
    }

    @Override
    public void close() {
      closed.complete(null);
    }
  }
}
