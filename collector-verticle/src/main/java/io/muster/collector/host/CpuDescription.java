package io.muster.collector.host;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.muster.collector.proc.CpuTicks;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuCore;
import io.muster.schema.host.CpuHardware;
import io.muster.schema.host.CpuReadings;
import io.muster.schema.host.CpuSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * The CPUs of a host of any operating system, as they are while the same ones are online.
 * Immutable, and therefore safe for use by any thread.
 */
public final class CpuDescription {
  private final CpuHardware hardware;
  private final List<LogicalCpu> cpus;
  private final SortedMap<Integer, List<LogicalCpu>> cpusBySocketId;

  public CpuDescription(CpuHardware hardware, List<LogicalCpu> cpus) {
    this.hardware = hardware;
    this.cpus = List.copyOf(cpus);
    this.cpusBySocketId =
        cpus.stream().collect(groupingBy(LogicalCpu::socketId, TreeMap::new, toList()));
  }

  /** Returns true if these are the numbers of the logical CPUs. */
  boolean hasCpus(List<Integer> cpuIds) {
    return cpus.stream().map(LogicalCpu::id).toList().equals(cpuIds);
  }

  /**
   * Returns the CPU section, without energy.
   *
   * @param celsius temperature of the hottest CPU
   * @param powerWatts power of all CPUs
   * @param socketCelsius temperature of the socket at this position, in the order of the ids
   */
  public Cpu toCpu(
      ReadRequest request,
      CpuTicks ticks,
      OptionalInt celsius,
      OptionalDouble powerWatts,
      IntFunction<OptionalInt> socketCelsius) {
    var sockets = new ArrayList<CpuSocket>();
    cpusBySocketId.forEach(
        (socketId, threads) ->
            sockets.add(
                new CpuSocket(
                    socketId,
                    CpuTicks.CpuTime.sum(threads.stream().map(cpu -> ticks.time(cpu.id())))
                        .busyPercent(),
                    LogicalCpu.coreCount(threads),
                    threads.size(),
                    socketCelsius.apply(sockets.size()),
                    hardware.baseFrequencyMhz())));
    var cores =
        cpus.stream()
            .map(
                cpu ->
                    new CpuCore(
                        cpu.id(), cpu.coreType().text(), ticks.time(cpu.id()).busyPercent()))
            .toList();
    return new Cpu(
        0,
        request.origin(),
        hardware,
        new CpuReadings(ticks.totalTime().busyPercent(), celsius, powerWatts),
        sockets,
        Optional.empty(),
        cores,
        OptionalDouble.empty());
  }
}
