package io.muster.runtime.cluster.bus;

import io.muster.runtime.tls.CertificateKeyPair;
import io.muster.runtime.tls.PemFile;
import io.muster.runtime.tls.TlsException;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identity of a node whose certificate was issued by an authority: read from files, and again
 * when they change. Files that are not valid leave the identity as it is.
 *
 * <p>{@link #get} is safe for use by any thread; the other methods are confined to one thread at a
 * time.
 */
public final class BusCertificates implements Supplier<BusIdentity> {
  private static final Logger log = LoggerFactory.getLogger(BusCertificates.class);
  private static final Duration EXPIRY_WARNING = Duration.ofDays(30);

  private final BusCertificateFiles files;
  private final InstantSource clock;
  private Content used;
  private Content seen;
  private String problem = "";
  private boolean isExpiryLogged;
  private volatile BusIdentity identity;

  private BusCertificates(BusCertificateFiles files, InstantSource clock) throws TlsException {
    this.files = files;
    this.clock = clock;
    this.used = Content.read(files);
    this.seen = used;
    this.identity = used.createIdentity(clock.instant());
  }

  /** Reads the files; fails if they are not valid. Blocks. */
  public static BusCertificates open(BusCertificateFiles files, InstantSource clock)
      throws TlsException {
    var certificates = new BusCertificates(files, clock);
    certificates.warnIfExpiring();
    return certificates;
  }

  /** The identity for new connections. */
  @Override
  public BusIdentity get() {
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
  void reload() {
    try {
      var content = Content.read(files);
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
          "certificate of the event bus expires soon or has expired file={} expires_at={}",
          files.certificate(),
          expiresAt);
    }
  }

  /** The content of the three files. */
  private record Content(PemFile certificate, PemFile key, PemFile authorities) {
    static Content read(BusCertificateFiles files) throws TlsException {
      return new Content(files.readCertificate(), files.readKey(), files.readAuthorities());
    }

    BusIdentity createIdentity(Instant now) throws TlsException {
      var pair = CertificateKeyPair.of(certificate, key);
      var trusted = authorities.certificates();
      pair.requireValid(certificate.name(), now);
      var problem = pair.trustProblem(trusted);
      if (problem.isPresent()) {
        throw new TlsException(
            certificate.name() + " is not trusted by " + authorities.name() + ": " + problem.get());
      }
      return BusIdentity.of(pair, trusted);
    }
  }
}
