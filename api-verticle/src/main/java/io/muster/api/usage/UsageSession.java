package io.muster.api.usage;

import io.muster.api.http.Query;
import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.WebSocketConnection;
import io.muster.api.websocket.WebSocketSession;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One client of the usage door. It waits for a subscription, and once there is one it is told what
 * its host is, then what the host uses, interval by interval. A client that takes nothing misses
 * updates, is not read either, and is cut off after two minutes. Confined to its event loop.
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

  /** A client that has just connected. */
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
      close(CloseCode.POLICY_VIOLATION, "nothing is read");
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
   * Whether this second, since the epoch, is one to tell something in: the first of each interval,
   * and every one while the client waits for news of its host. Asked once for each second.
   */
  boolean advanceTo(long second) {
    var previousIndex = intervalIndex;
    intervalIndex = Math.floorDiv(second, options.intervalSeconds());
    return intervalIndex != previousIndex || needsSystemMessage || staleSent;
  }

  /** Tells what the host uses, and what it is where that is asked for or has changed. */
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

  /** Tells that the host is silent, once until it is heard again. */
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

  /** Who does not read is not read. */
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
   * What a client asked for when it connected.
   *
   * @param intervalSeconds between two updates, at least 1
   * @param autoSubscribe whether it gets updates without asking again
   */
  record UsageOptions(String host, long intervalSeconds, boolean autoSubscribe) {

    /** What the query says of {@code interval} and {@code auto}, else the settings. */
    static UsageOptions of(String host, Query query, UsageConfig config) {
      var interval = query.wholeNumber("interval", config.interval().toSeconds());
      var auto = query.text("auto").isPresent() ? query.isTrue("auto") : config.autoSubscribe();
      return new UsageOptions(host, clampInterval(interval), auto);
    }

    private static long clampInterval(long seconds) {
      var maxSeconds = UsageConfig.MAX_INTERVAL.toSeconds();
      // A number may be too large for a long that has a sign.
      return Long.compareUnsigned(seconds, maxSeconds) > 0
          ? maxSeconds
          : Math.max(UsageConfig.MIN_INTERVAL.toSeconds(), seconds);
    }
  }
}
