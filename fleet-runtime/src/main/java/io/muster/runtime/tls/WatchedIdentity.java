package io.muster.runtime.tls;

import io.muster.runtime.tls.IdentityFiles.IdentityContent;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An identity that is read from files, and again when they change. Files that are not valid leave
 * the identity as it is.
 *
 * <p>{@link #get} is safe for use by any thread; the other methods are confined to one thread at a
 * time.
 *
 * @param <I> identity
 */
public final class WatchedIdentity<I extends TlsIdentity> implements Supplier<I> {
  /** The interval at which a node reads its files. */
  public static final Duration INTERVAL = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(WatchedIdentity.class);
  private static final Duration EXPIRY_WARNING = Duration.ofDays(30);

  private final IdentityFiles<I> files;
  private final InstantSource clock;
  private IdentityContent<I> used;
  private IdentityContent<I> seen;
  private String problem = "";
  private boolean isExpiryLogged;
  private volatile I identity;

  private WatchedIdentity(IdentityFiles<I> files, InstantSource clock) throws TlsException {
    this.files = files;
    this.clock = clock;
    this.used = files.read();
    this.seen = used;
    this.identity = used.createIdentity(clock.instant());
  }

  /** Reads the files; fails if they are not valid. Blocks. */
  public static <I extends TlsIdentity> WatchedIdentity<I> open(
      IdentityFiles<I> files, InstantSource clock) throws TlsException {
    var watched = new WatchedIdentity<>(files, clock);
    watched.warnIfExpiring();
    return watched;
  }

  /** The identity for new connections. */
  @Override
  public I get() {
    return identity;
  }

  /** Reads the files again at the interval, until Vert.x is closed. */
  public void watch(Vertx vertx, Duration interval) {
    vertx
        .timer(interval.toMillis(), TimeUnit.MILLISECONDS)
        .compose(
            elapsed ->
                vertx.executeBlocking(
                    () -> {
                      reload();
                      return true;
                    }))
        .onSuccess(checked -> watch(vertx, interval));
  }

  /**
   * Uses the content of the files if it has changed, but not since the last call: several files do
   * not change at once. Blocks.
   */
  public void reload() {
    try {
      var content = files.read();
      if (content.equals(seen) && !content.equals(used)) {
        identity = content.createIdentity(clock.instant());
        used = content;
        isExpiryLogged = false;
        log.info("certificate files have changed and are in use file={}", files.certificate());
      }
      seen = content;
      report("");
    } catch (TlsException | RuntimeException e) {
      // Whatever a provider of Java makes of the files, they are read again.
      report(String.valueOf(e.getMessage()));
    }
    warnIfExpiring();
  }

  private void report(String newProblem) {
    if (!newProblem.isEmpty() && !newProblem.equals(problem)) {
      log.warn(
          "certificate files have changed and are not valid, the former ones stay in use reason={}",
          newProblem);
    }
    problem = newProblem;
  }

  private void warnIfExpiring() {
    var expiresAt = identity.expiresAt();
    if (!isExpiryLogged && expiresAt.isBefore(clock.instant().plus(EXPIRY_WARNING))) {
      isExpiryLogged = true;
      log.warn(
          "certificate expires soon or has expired file={} expires_at={}",
          files.certificate(),
          expiresAt);
    }
  }
}
