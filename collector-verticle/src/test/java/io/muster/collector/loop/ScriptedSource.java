package io.muster.collector.loop;

import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.ReadRequest;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A source that answers what the test says, and can hang like a driver: deaf to interrupts. */
final class ScriptedSource<R> implements HardwareSource<R> {
  private final String name;
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger closes = new AtomicInteger();
  private volatile Function<ReadRequest, R> answer;

  ScriptedSource(String name, Function<ReadRequest, R> answer) {
    this.name = name;
    this.answer = answer;
  }

  /** From now on a read does this. */
  void setAnswer(Function<ReadRequest, R> next) {
    answer = next;
  }

  int readCount() {
    return reads.get();
  }

  int closeCount() {
    return closes.get();
  }

  /** An answer that comes only when the latch is open. */
  static <R> Function<ReadRequest, R> blockingAnswer(CountDownLatch latch, R value) {
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
    return answer.apply(request);
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
        // A driver in the kernel does not hear it either.
      }
    }
  }
}
