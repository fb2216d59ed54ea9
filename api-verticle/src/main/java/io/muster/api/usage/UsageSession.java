package io.muster.api.usage;

import io.muster.api.http.Query;
import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.WebSocketConnection;
import io.muster.api.websocket.WebSocketSession;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * The session of one usage client. Once subscribed, the client gets the hardware of its host, then
 * its usage at each interval. A client that does not read misses updates; the session pauses
 * reading from it, and disconnects it after two minutes. Confined to one event loop.
 */
final class UsageSession implements WebSocketSession {
  private static final int MAX_BAD_MESSAGES = 5;
  private static final int MAX_UNSUBSCRIBED_SECONDS = 30;
  private static final int MAX_BLOCKED_SECONDS = 120;

  private final WebSocketConnection connection;
  private final UsageScheduler scheduler;
  private final UsageOptions options;
  private boolean subscribed;
  private boolean closed;
  private int badMessages;
  private int unsubscribedSeconds;
  private int blockedSeconds;
  private boolean needsSystemMessage;
  private boolean staleSent;
  private long intervalIndex;
  private @Nullable SystemMessage lastSystemMessage;
  private @Nullable UsageSample lastSample;

  private UsageSession(
      WebSocketConnection connection, UsageScheduler scheduler, UsageOptions options) {
    this.connection = connection;
    this.scheduler = scheduler;
    this.options = options;
  }

  /** Starts the session of a client that has just connected. */
  static UsageSession open(
      WebSocketConnection connection, UsageScheduler scheduler, UsageOptions options) {
    var session = new UsageSession(connection, scheduler, options);
    if (options.autoSubscribe()) {
      session.subscribe();
    }
    return session;
  }

  String host() {
    return options.host();
  }

  @Override
  public void onText(String message) {
    if (closed) {
      return;
    }
    switch (UsageRequest.parse(message)) {
      case SUBSCRIBE -> subscribe();
      case UNSUBSCRIBE -> unsubscribe();
      case PING -> sendReply(StatusMessage.PONG);
      case UNKNOWN -> rejectUnknownMessage();
    }
  }

  @Override
  public void onBinary() {
    close(CloseCode.UNSUPPORTED_DATA, "text only");
  }

  @Override
  public void onSecondElapsed() {
    unsubscribedSeconds = subscribed ? 0 : unsubscribedSeconds + 1;
    blockedSeconds = connection.isWritable() ? 0 : blockedSeconds + 1;
    if (unsubscribedSeconds >= MAX_UNSUBSCRIBED_SECONDS) {
      close(CloseCode.POLICY_VIOLATION, "no subscription");
    } else if (blockedSeconds >= MAX_BLOCKED_SECONDS) {
      close(CloseCode.POLICY_VIOLATION, "client does not read");
    }
  }

  @Override
  public void onWritable() {
    connection.resume();
  }

  @Override
  public void onClosed() {
    closed = true;
    scheduler.remove(this);
  }

  /**
   * Advances to this second since the epoch and returns true if the session is due in it: in the
   * first second of each interval, and in every second while the host is silent or the hardware is
   * still to be sent. Called once per second.
   */
  boolean advanceTo(long second) {
    var previousIndex = intervalIndex;
    intervalIndex = Math.floorDiv(second, options.intervalSeconds());
    return intervalIndex != previousIndex || needsSystemMessage || staleSent;
  }

  /** Sends the usage, and before it the hardware if it was requested or has changed. */
  void sendSample(UsageSample sample) {
    if (!connection.isWritable()) {
      return;
    }
    if (needsSystemMessage
        || lastSystemMessage == null
        || !lastSystemMessage.isSameSystem(sample.systemMessage())) {
      connection.sendText(sample.systemBuffer());
      lastSystemMessage = sample.systemMessage();
      needsSystemMessage = false;
    }
    if (sample != lastSample) {
      connection.sendText(sample.updateBuffer());
      lastSample = sample;
    }
    staleSent = false;
  }

  /** Sends the message that the host is silent, once until it reports again. */
  void sendStale(Buffer staleMessage) {
    if (!staleSent && connection.isWritable()) {
      staleSent = true;
      connection.sendText(staleMessage);
    }
  }

  private void subscribe() {
    subscribed = true;
    badMessages = 0;
    needsSystemMessage = true;
    staleSent = false;
    sendReply(StatusMessage.SUBSCRIBED);
    if (!closed) {
      scheduler.add(this);
    }
  }

  private void unsubscribe() {
    subscribed = false;
    scheduler.remove(this);
    sendReply(StatusMessage.UNSUBSCRIBED);
  }

  private void rejectUnknownMessage() {
    sendReply(subscribed ? StatusMessage.UNKNOWN_MESSAGE : StatusMessage.NOT_SUBSCRIBED);
    badMessages = subscribed ? 0 : badMessages + 1;
    if (badMessages >= MAX_BAD_MESSAGES) {
      close(CloseCode.POLICY_VIOLATION, "expected subscribe:usage");
    }
  }

  /** Pauses a client that does not read. */
  private void sendReply(Buffer message) {
    connection.sendText(message);
    if (!connection.isWritable()) {
      connection.pause();
    }
  }

  private void close(CloseCode code, String reason) {
    if (!closed) {
      onClosed();
      connection.close(code, reason);
    }
  }

  /**
   * Options of a client, given when it connects.
   *
   * @param intervalSeconds time between two updates, at least 1
   * @param autoSubscribe true if it is subscribed without a request
   */
  record UsageOptions(String host, long intervalSeconds, boolean autoSubscribe) {

    /** Reads {@code interval} and {@code auto} of the query; the settings are the default. */
    static UsageOptions of(String host, Query query, UsageConfig config) {
      var interval = query.wholeNumber("interval", config.interval().toSeconds());
      var auto = query.text("auto").isPresent() ? query.isTrue("auto") : config.autoSubscribe();
      return new UsageOptions(host, clampInterval(interval), auto);
    }

    private static long clampInterval(long seconds) {
      var maxSeconds = UsageConfig.MAX_INTERVAL.toSeconds();
      // The number is unsigned and may exceed a signed long.
      return Long.compareUnsigned(seconds, maxSeconds) > 0
          ? maxSeconds
          : Math.max(UsageConfig.MIN_INTERVAL.toSeconds(), seconds);
    }
  }
}
