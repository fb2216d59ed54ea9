package io.muster.api.socktop;

import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.GpuVitals;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.JournalEntry;
import io.muster.schema.inspection.NetworkInterface;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessDetail.ProcessFileUse;
import io.muster.schema.inspection.ProcessDetail.ProcessIds;
import io.muster.schema.inspection.ProcessDetail.ProcessMemory;
import io.muster.schema.inspection.ProcessDetail.ProcessName;
import io.muster.schema.inspection.ProcessDetail.ProcessTiming;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.ThreadDetail;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.Vitals.CpuVitals;
import io.muster.schema.inspection.Vitals.MemoryVitals;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Inspection results of the collectors in tests. */
final class SocktopFixture {
  static final long AT_MILLIS = 1_795_193_300_404L;

  static final Vitals VITALS =
      new Vitals(
          AT_MILLIS,
          new CpuVitals(
              "a CPU", OptionalDouble.of(12.456), List.of(11.2, 0.0), OptionalDouble.of(42.5)),
          new MemoryVitals(33_554_432, 18_321_408, 1024, 512),
          List.of(new NetworkInterface("lo", 12, 12), new NetworkInterface("eth0", 3, 4)),
          List.of(
              gpu(
                  OptionalDouble.of(56.7),
                  OptionalLong.of(1_073_741_824),
                  OptionalLong.of(8L << 30)),
              gpu(OptionalDouble.empty(), OptionalLong.of(5), OptionalLong.empty())));

  static final List<Disk> DISKS =
      List.of(
          new Disk("/dev/nvme0n1", 1000, 400, OptionalDouble.of(38.85), false),
          new Disk("/dev/nvme0n1p2", 1000, 400, OptionalDouble.empty(), true));

  static final List<ProcessUsage> PROCESSES =
      List.of(new ProcessUsage(7, "idle", 0, 0), new ProcessUsage(300, "java", 12.5, 123_456));

  static final ProcessDetail CHILD = process(43, "worker", "D", List.of(), List.of());

  static final ProcessDetail PROCESS =
      process(
          42,
          "java",
          "S",
          List.of(CHILD),
          List.of(
              new ThreadDetail(42, "main", 30, 40, "R"), new ThreadDetail(44, "GC", 1, 2, "I")));

  static final Journal JOURNAL =
      new Journal(
          List.of(
              new JournalEntry(
                  1_795_193_300_404_123L,
                  6,
                  "hello",
                  Optional.of("a.service"),
                  Optional.of("bash"),
                  OptionalLong.of(12),
                  OptionalLong.of(0),
                  OptionalLong.of(0))),
          false,
          Optional.empty());

  private SocktopFixture() {}

  static GpuVitals gpu(OptionalDouble percent, OptionalLong used, OptionalLong total) {
    return new GpuVitals(
        "NVIDIA H100", percent, used, total, OptionalDouble.of(65), OptionalDouble.of(300));
  }

  /** Returns vitals of a host with this number of CPUs. */
  static Vitals manyCpus(int count) {
    return new Vitals(
        AT_MILLIS,
        new CpuVitals(
            "a CPU",
            OptionalDouble.of(12.5),
            Collections.nCopies(count, 12.25),
            OptionalDouble.empty()),
        new MemoryVitals(1024, 512, 0, 0),
        List.of(),
        List.of());
  }

  /** Returns vitals with the given memory, swap and GPUs, and values out of bounds elsewhere. */
  static Vitals vitals(long total, long used, List<GpuVitals> gpus) {
    return new Vitals(
        AT_MILLIS,
        new CpuVitals(
            "a CPU",
            OptionalDouble.of(Double.NaN),
            List.of(-0.5, 100.4),
            OptionalDouble.of(Double.NaN)),
        new MemoryVitals(total, used, total, used),
        List.of(new NetworkInterface("lo", -1, -2)),
        gpus);
  }

  static ProcessDetail process(
      long pid,
      String name,
      String state,
      List<ProcessDetail> children,
      List<ThreadDetail> threads) {
    return new ProcessDetail(
        new ProcessName(pid, name, "/usr/bin/" + name + " -x"),
        new ProcessIds(OptionalLong.of(1), 1000, 100),
        state,
        2,
        new ProcessTiming(150.25, 1_795_193_000, 70_000, 20_000),
        new ProcessMemory(1000, 2000, OptionalLong.of(300)),
        new ProcessFileUse(
            OptionalLong.empty(),
            OptionalLong.of(5),
            OptionalLong.empty(),
            Optional.of("/srv"),
            Optional.empty()),
        children,
        threads);
  }
}
