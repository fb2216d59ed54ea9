package io.muster.collector.inspection;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.Vitals;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts its calls, numbers its vitals by them, and can hang and fail. */
final class FakeInspector implements HostInspector {
  final AtomicInteger vitals = new AtomicInteger();
  final AtomicInteger disks = new AtomicInteger();
  final AtomicInteger processes = new AtomicInteger();
  final AtomicInteger details = new AtomicInteger();
  final AtomicInteger closes = new AtomicInteger();
  volatile CountDownLatch gate = new CountDownLatch(0);
  volatile Optional<IOException> trouble = Optional.empty();
  volatile Duration resolution = Duration.ZERO;
  volatile String thread = "";

  @Override
  public Vitals vitals() throws IOException {
    int number = called(vitals);
    return new Vitals(
        number,
        "cpu",
        OptionalDouble.of(50),
        List.of(),
        OptionalDouble.empty(),
        10,
        5,
        0,
        0,
        List.of(),
        List.of());
  }

  @Override
  public List<Disk> disks() throws IOException {
    called(disks);
    return List.of();
  }

  @Override
  public List<ProcessUsage> processes() throws IOException {
    return List.of(new ProcessUsage(called(processes), "p", 1, 2));
  }

  @Override
  public ProcessDetail process(long pid) throws IOException {
    called(details);
    if (pid % 2 == 1) {
      throw new FleetException(Code.PROCESS_UNKNOWN, "no process has the id " + pid);
    }
    return detail(pid);
  }

  @Override
  public Duration resolution() {
    return resolution;
  }

  @Override
  public void close() {
    closes.incrementAndGet();
  }

  private int called(AtomicInteger counter) throws IOException {
    thread = Thread.currentThread().getName();
    int number = counter.incrementAndGet();
    awaitWhateverHappens(gate);
    if (trouble.isPresent()) {
      throw trouble.get();
    }
    return number;
  }

  private static ProcessDetail detail(long pid) {
    return new ProcessDetail(
        pid,
        "p",
        "p",
        0,
        0,
        0,
        OptionalLong.empty(),
        1,
        OptionalLong.empty(),
        "S",
        OptionalLong.empty(),
        0,
        0,
        0,
        0,
        0,
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of());
  }

  /** Like a read that hangs in the kernel: deaf to interrupts. */
  private static void awaitWhateverHappens(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException deaf) {
        // The kernel does not hear it either.
      }
    }
  }
}
