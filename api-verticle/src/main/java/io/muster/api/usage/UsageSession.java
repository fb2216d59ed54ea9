package io.muster.api.usage;

import io.muster.api.http.Query;
import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.Session;
import io.muster.api.websocket.Socket;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One client of the usage door. It waits for a subscription, and once there is one it is told what
 * its host is, then what the host uses, interval by interval. A client that takes nothing misses
 * updates, is not read either, and is cut off after two minutes. Confined to its event loop.
 */
final class UsageSession implements Session {
  private static final int MAX_BAD_MESSAGES = 5;
  private static final int MAX_WAITING_SECONDS = 30;
  private static final int MAX_BLOCKED_SECONDS = 120;

  private final Socket socket;
  private final Feeds feeds;
  private final Wish wish;
  private boolean subscribed;
  private boolean ended;
  private int badMessages;
  private int waitingSeconds;
  private int blockedSeconds;
  private boolean systemWanted;
  private boolean knowsSilence;
  private long slot;
  private @Nullable SystemMessage system;
  private @Nullable Sample newest;

  private UsageSession(Socket socket, Feeds feeds, Wish wish) {
    this.socket = socket;
    this.feeds = feeds;
    this.wish = wish;
  }

  /** A client that has just connected. */
  static UsageSession open(Socket socket, Feeds feeds, Wish wish) {
    var session = new UsageSession(socket, feeds, wish);
    if (wish.subscribed()) {
      session.subscribe();
    }
    return session;
  }

  String host() {
    return wish.host();
  }

  @Override
  public void text(String message) {
    if (ended) {
      return;
    }
    switch (Request.of(message)) {
      case SUBSCRIBE -> subscribe();
      case UNSUBSCRIBE -> unsubscribe();
      case PING -> reply(Reply.PONG);
      case UNKNOWN -> misunderstand();
    }
  }

  @Override
  public void binary() {
    end(CloseCode.UNSUPPORTED_DATA, "text only");
  }

  @Override
  public void tick() {
    waitingSeconds = subscribed ? 0 : waitingSeconds + 1;
    blockedSeconds = socket.isWritable() ? 0 : blockedSeconds + 1;
    if (waitingSeconds >= MAX_WAITING_SECONDS) {
      end(CloseCode.POLICY_VIOLATION, "no subscription");
    } else if (blockedSeconds >= MAX_BLOCKED_SECONDS) {
      end(CloseCode.POLICY_VIOLATION, "nothing is read");
    }
  }

  @Override
  public void drained() {
    socket.resume();
  }

  @Override
  public void closed() {
    ended = true;
    feeds.leave(this);
  }

  /**
   * Whether this second, since the epoch, is one to tell something in: the first of each interval,
   * and every one while the client waits for news of its host. Asked once for each second.
   */
  boolean isDue(long second) {
    var before = slot;
    slot = Math.floorDiv(second, wish.intervalSeconds());
    return slot != before || systemWanted || knowsSilence;
  }

  /** Tells what the host uses, and what it is where that is asked for or has changed. */
  void tell(Sample sample) {
    if (!socket.isWritable()) {
      return;
    }
    if (systemWanted || system == null || !system.isSameSystem(sample.system())) {
      socket.text(sample.systemText());
      system = sample.system();
      systemWanted = false;
    }
    if (sample != newest) {
      socket.text(sample.update());
      newest = sample;
    }
    knowsSilence = false;
  }

  /** Tells that the host is silent, once until it is heard again. */
  void tellSilence(Buffer stale) {
    if (!knowsSilence && socket.isWritable()) {
      knowsSilence = true;
      socket.text(stale);
    }
  }

  private void subscribe() {
    subscribed = true;
    badMessages = 0;
    systemWanted = true;
    knowsSilence = false;
    reply(Reply.SUBSCRIBED);
    if (!ended) {
      feeds.join(this);
    }
  }

  private void unsubscribe() {
    subscribed = false;
    feeds.leave(this);
    reply(Reply.UNSUBSCRIBED);
  }

  private void misunderstand() {
    reply(subscribed ? Reply.UNKNOWN : Reply.NOT_SUBSCRIBED);
    badMessages = subscribed ? 0 : badMessages + 1;
    if (badMessages >= MAX_BAD_MESSAGES) {
      end(CloseCode.POLICY_VIOLATION, "expected subscribe:usage");
    }
  }

  /** Who does not read is not read. */
  private void reply(Buffer message) {
    socket.text(message);
    if (!socket.isWritable()) {
      socket.pause();
    }
  }

  private void end(CloseCode code, String reason) {
    if (!ended) {
      closed();
      socket.close(code, reason);
    }
  }

  /**
   * What a client asked for when it connected.
   *
   * @param intervalSeconds between two updates, at least 1
   * @param subscribed whether it gets updates without asking again
   */
  record Wish(String host, long intervalSeconds, boolean subscribed) {

    /** What the query says of {@code interval} and {@code auto}, else the settings. */
    static Wish of(String host, Query query, UsageConfig config) {
      var interval = query.wholeNumber("interval", config.interval().toSeconds());
      var auto = query.text("auto").isPresent() ? query.yes("auto") : config.autoSubscribe();
      return new Wish(host, clamped(interval), auto);
    }

    private static long clamped(long seconds) {
      var longest = UsageConfig.MAX_INTERVAL.toSeconds();
      // A number may be too large for a long that has a sign.
      return Long.compareUnsigned(seconds, longest) > 0
          ? longest
          : Math.max(UsageConfig.MIN_INTERVAL.toSeconds(), seconds);
    }
  }
}
