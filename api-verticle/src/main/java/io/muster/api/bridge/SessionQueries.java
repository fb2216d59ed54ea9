package io.muster.api.bridge;

import io.muster.api.rest.contract.BadRequestException;
import io.muster.bus.FleetException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queries of one session, of which a few run at the same time, so that a client cannot have
 * many large replies composed at once. Confined to one event loop.
 */
final class SessionQueries {
  private static final Logger log = LoggerFactory.getLogger(SessionQueries.class);
  private static final int MAX_RUNNING = 4;
  private static final int MAX_WAITING = 64;
  private static final String REPLY_FAILURE = "RECIPIENT_FAILURE";

  private final List<InboundQuery> queries;
  private final Consumer<BridgeMessage> onReply;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private int running;

  /**
   * Creates the queries of a session.
   *
   * @param queries all queries of the bridge
   * @param onReply receives each reply
   */
  SessionQueries(List<InboundQuery> queries, Consumer<BridgeMessage> onReply) {
    this.queries = queries;
    this.onReply = onReply;
  }

  /**
   * Adds a query, to be run by {@link #runNext}; one without a reply address has no effect. Returns
   * false if the bridge has no query with its address.
   */
  boolean add(BridgeRequest request) {
    var query =
        queries.stream().filter(each -> each.address().equals(request.address())).findFirst();
    query.ifPresent(
        found -> request.replyAddress().ifPresent(address -> add(found, request, address)));
    return query.isPresent();
  }

  /** Starts the next query; returns false if there is none, or enough are running. */
  boolean runNext() {
    if (running >= MAX_RUNNING || waiting.isEmpty()) {
      return false;
    }
    running++;
    waiting.remove().run();
    return true;
  }

  /** Drops the queries that are not running. */
  void close() {
    waiting.clear();
  }

  private void add(InboundQuery query, BridgeRequest request, String replyAddress) {
    if (waiting.size() >= MAX_WAITING) {
      onReply.accept(
          BridgeMessage.failure(
              replyAddress, 429, REPLY_FAILURE, "too many queries: await replies first"));
      return;
    }
    waiting.add(
        () ->
            query
                .run(request.body())
                .map(body -> BridgeMessage.received(replyAddress, body))
                .otherwise(cause -> failure(query, replyAddress, cause))
                .onSuccess(
                    reply -> {
                      running--;
                      onReply.accept(reply);
                    }));
  }

  /** The failure with the status and the message of the HTTP response. */
  private static BridgeMessage failure(InboundQuery query, String replyAddress, Throwable cause) {
    if (cause instanceof FleetException known) {
      return failure(replyAddress, known.code().httpStatus(), known.getMessage());
    }
    if (cause instanceof BadRequestException invalid) {
      return failure(replyAddress, invalid.status(), invalid.getMessage());
    }
    log.error("query failed address={}", query.address(), cause);
    return failure(replyAddress, 500, "internal error");
  }

  private static BridgeMessage failure(String replyAddress, int status, @Nullable String message) {
    return BridgeMessage.failure(replyAddress, status, REPLY_FAILURE, String.valueOf(message));
  }
}
