package io.muster.collector.loop;

import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.ReadRequest;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A source with readings set by the test, which can hang like a driver: it ignores interrupts. */
final class ScriptedSource<R> implements HardwareSource<R> {
  private final String name;
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger closes = new AtomicInteger();
  private volatile Function<ReadRequest, R> reading;

  ScriptedSource(String name, Function<ReadRequest, R> reading) {
    this.name = name;
    this.reading = reading;
  }

  /** Sets the result of the following reads. */
  void setReading(Function<ReadRequest, R> next) {
    reading = next;
  }

  int readCount() {
    return reads.get();
  }

  int closeCount() {
    return closes.get();
  }

  /** A reading that is returned only when the latch is open. */
  static <R> Function<ReadRequest, R> blockingReading(CountDownLatch latch, R value) {
    return request -> {
      awaitUninterruptibly(latch);
      return value;
    };
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public R read(ReadRequest request) {
    reads.incrementAndGet();
    return reading.apply(request);
  }

  @Override
  public void close() {
    closes.incrementAndGet();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException ignored) {
        // A driver in the kernel ignores interrupts, too.
      }
    }
  }
}
