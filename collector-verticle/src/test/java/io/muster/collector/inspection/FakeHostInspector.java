package io.muster.collector.inspection;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessDetail.ProcessFileUse;
import io.muster.schema.inspection.ProcessDetail.ProcessIds;
import io.muster.schema.inspection.ProcessDetail.ProcessMemory;
import io.muster.schema.inspection.ProcessDetail.ProcessName;
import io.muster.schema.inspection.ProcessDetail.ProcessTiming;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.Vitals.CpuVitals;
import io.muster.schema.inspection.Vitals.MemoryVitals;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** An inspector that counts its calls, numbers its vitals by them, and can block and fail. */
final class FakeHostInspector implements HostInspector {
  final AtomicInteger vitalsCalls = new AtomicInteger();
  final AtomicInteger diskCalls = new AtomicInteger();
  final AtomicInteger processCalls = new AtomicInteger();
  final AtomicInteger detailCalls = new AtomicInteger();
  final AtomicInteger closeCount = new AtomicInteger();
  volatile CountDownLatch latch = new CountDownLatch(0);
  volatile Optional<IOException> failure = Optional.empty();
  volatile Duration minReadInterval = Duration.ZERO;
  volatile String threadName = "";

  @Override
  public Vitals vitals() throws IOException {
    int callNumber = recordCall(vitalsCalls);
    return new Vitals(
        callNumber,
        new CpuVitals("cpu", OptionalDouble.of(50), List.of(), OptionalDouble.empty()),
        new MemoryVitals(10, 5, 0, 0),
        List.of(),
        List.of());
  }

  @Override
  public List<Disk> disks() throws IOException {
    recordCall(diskCalls);
    return List.of();
  }

  @Override
  public List<ProcessUsage> processes() throws IOException {
    return List.of(new ProcessUsage(recordCall(processCalls), "p", 1, 2));
  }

  @Override
  public ProcessDetail process(long pid) throws IOException {
    recordCall(detailCalls);
    if (pid % 2 == 1) {
      throw new FleetException(Code.PROCESS_UNKNOWN, "no process has the id " + pid);
    }
    return detail(pid);
  }

  @Override
  public Duration minReadInterval() {
    return minReadInterval;
  }

  @Override
  public void close() {
    closeCount.incrementAndGet();
  }

  private int recordCall(AtomicInteger counter) throws IOException {
    threadName = Thread.currentThread().getName();
    int callNumber = counter.incrementAndGet();
    awaitUninterruptibly(latch);
    if (failure.isPresent()) {
      throw failure.get();
    }
    return callNumber;
  }

  private static ProcessDetail detail(long pid) {
    return new ProcessDetail(
        new ProcessName(pid, "p", "p"),
        new ProcessIds(OptionalLong.empty(), 0, 0),
        "S",
        1,
        new ProcessTiming(0, 0, 0, 0),
        new ProcessMemory(0, 0, OptionalLong.empty()),
        new ProcessFileUse(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty()),
        List.of(),
        List.of());
  }

  /** Blocks like a read that is stuck in the kernel: ignores interrupts. */
  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException ignored) {
        // A read in the kernel ignores it as well.
      }
    }
  }
}
