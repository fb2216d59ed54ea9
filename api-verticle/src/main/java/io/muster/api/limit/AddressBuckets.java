package io.muster.api.limit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets, one for each client address, which limit how often the clients of an address cause
 * something. An address that is not in the table has a full bucket. While the table is full, all
 * other addresses share one bucket: a client with many addresses neither fills the memory nor gets
 * a full bucket again. Safe for use by any thread: an address is checked and charged in one step.
 */
public final class AddressBuckets {
  static final int MAX_ADDRESSES = 10_000;
  private static final String OTHER_ADDRESSES = "other addresses";
  private static final long CLEANUP_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int perSecond;
  private final int capacity;
  private final LongSupplier nanoTime;
  private final AtomicLong lastCleanupNanos;
  private final Map<String, TokenBucket> bucketsByAddress = new ConcurrentHashMap<>();

  /**
   * Creates full buckets.
   *
   * @param perSecond tokens of an address per second on average
   * @param capacity tokens of an address in a burst; 0 for no limit
   */
  public AddressBuckets(int perSecond, int capacity, LongSupplier nanoTime) {
    this.perSecond = perSecond;
    this.capacity = capacity;
    this.nanoTime = nanoTime;
    this.lastCleanupNanos = new AtomicLong(nanoTime.getAsLong());
  }

  /** Takes a token of the address; returns false if it has none left. */
  public boolean take(String address) {
    if (capacity == 0) {
      return true;
    }
    var nowNanos = nanoTime.getAsLong();
    return bucketsByAddress
        .compute(key(address, nowNanos), (key, bucket) -> orFull(bucket, nowNanos).take(nowNanos))
        .granted();
  }

  /** Returns true if the next {@link #take} of the address fails. */
  public boolean isEmpty(String address) {
    var nowNanos = nanoTime.getAsLong();
    var bucket = bucketsByAddress.get(address);
    if (bucket == null && isTableFull()) {
      bucket = bucketsByAddress.get(key(address, nowNanos));
    }
    return bucket != null && !bucket.hasToken(nowNanos);
  }

  /** Returns true if the buckets of all addresses are full. */
  public boolean areAllFull() {
    return bucketsByAddress.isEmpty();
  }

  int size() {
    return bucketsByAddress.size();
  }

  /** The key under which an address is charged; threads may exceed the maximum by one each. */
  private String key(String address, long nowNanos) {
    if (bucketsByAddress.containsKey(address) || !isTableFull()) {
      return address;
    }
    removeFullBuckets(nowNanos);
    return isTableFull() ? OTHER_ADDRESSES : address;
  }

  private boolean isTableFull() {
    return bucketsByAddress.size() >= MAX_ADDRESSES;
  }

  /** Removes them at most once a second, since it looks at every address. */
  private void removeFullBuckets(long nowNanos) {
    var lastNanos = lastCleanupNanos.get();
    if (nowNanos - lastNanos >= CLEANUP_INTERVAL_NANOS
        && lastCleanupNanos.compareAndSet(lastNanos, nowNanos)) {
      bucketsByAddress.values().removeIf(bucket -> bucket.isFull(nowNanos));
    }
  }

  private TokenBucket orFull(@Nullable TokenBucket bucket, long nowNanos) {
    return bucket == null ? TokenBucket.full(perSecond, capacity, nowNanos) : bucket;
  }
}
