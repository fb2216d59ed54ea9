package io.muster.api.http;

import io.micrometer.core.instrument.Counter;
import io.muster.api.limit.AddressBuckets;
import io.muster.bus.metrics.LogLimit;
import io.muster.bus.metrics.MeterFactory;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limit of wrong tokens that a client address may send: some at once, then one a second. When
 * it is reached, no token of the address is compared, not even the right one: otherwise a client
 * could go on guessing, and tell by the response. Clients of a Unix socket have no address and no
 * limit. Safe for use by any thread.
 */
public final class GuessLimit {
  private static final Logger log = LoggerFactory.getLogger(GuessLimit.class);
  private static final int PER_SECOND = 1;

  private final AddressBuckets buckets;
  private final TrustedProxies proxies;
  private final Function<TokenRejection, Counter> rejected;
  private final LogLimit logLimit;

  /** Creates the limit of all listeners of a node. */
  public GuessLimit(AccessConfig config, LongSupplier nanoTime, MeterFactory meters) {
    this.buckets = new AddressBuckets(PER_SECOND, config.maxWrongTokens(), nanoTime);
    this.proxies = config.trustedProxies();
    this.rejected =
        meters.counters(
            "tokens.refused",
            "Wrong tokens, and tokens that were not compared because their address had sent too"
                + " many wrong ones",
            "reason",
            TokenRejection.class);
    this.logLimit = new LogLimit(nanoTime);
  }

  /** Returns true if the token of the request must not be compared, which is counted. */
  boolean isReached(HttpServerRequest request) {
    if (buckets.areAllFull() || proxies.limitKey(request).filter(buckets::isEmpty).isEmpty()) {
      return false;
    }
    rejected.apply(TokenRejection.LIMIT).increment();
    return true;
  }

  /** Counts a wrong token. */
  void countWrongToken(HttpServerRequest request) {
    rejected.apply(TokenRejection.WRONG).increment();
    proxies.limitKey(request).ifPresent(this::take);
  }

  private void take(String address) {
    buckets.take(address);
    if (buckets.isEmpty(address) && logLimit.claimLine(address)) {
      log.warn("too many wrong tokens address={}", address);
    }
  }

  /** The reason why a token was rejected. */
  private enum TokenRejection {
    /** It is not the token of the node. */
    WRONG,
    /** Its address has sent too many wrong tokens. */
    LIMIT
  }
}
