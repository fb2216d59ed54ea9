package io.muster.schema.metric;

import io.muster.schema.frame.FrameHead;
import io.muster.schema.frame.Readings;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One host as an exposition sees it: its readings with the label sets that its families share. */
public final class HostScrape {
  private final String host;
  private final boolean up;
  private final Build build;
  private final Readings readings;
  private final List<Labelled<Gpu>> gpus;
  private final List<Labelled<Cpu>> cpus;
  private final List<Labelled<Memory>> memory;

  /**
   * A host with its newest readings.
   *
   * @param up whether the readings are fresh
   */
  public HostScrape(FrameHead head, Readings readings, boolean up, Build build) {
    this(head.hostId(), readings, up, build);
  }

  private HostScrape(String host, Readings readings, boolean up, Build build) {
    this.host = host;
    this.up = up;
    this.build = build;
    this.readings = readings;
    this.gpus = labelledGpus(readings.gpus());
    this.cpus = readings.cpus().stream().map(cpu -> new Labelled<>(cpuLabels(cpu), cpu)).toList();
    this.memory =
        readings.memory().stream().map(each -> new Labelled<>(memoryLabels(each), each)).toList();
  }

  /** A host that has not sent a frame yet. */
  public static HostScrape silent(String host, Build build) {
    return new HostScrape(host, Readings.NONE, false, build);
  }

  boolean up() {
    return up;
  }

  LabelSet hostLabels() {
    return LabelSet.of("instance", host, "hostname", host);
  }

  LabelSet buildLabels() {
    return hostLabels().and("version", build.version(), "os", build.os(), "arch", build.arch());
  }

  List<Labelled<Gpu>> gpus() {
    return gpus;
  }

  List<Labelled<Cpu>> cpus() {
    return cpus;
  }

  List<Labelled<Memory>> memory() {
    return memory;
  }

  Readings readings() {
    return readings;
  }

  private static List<Labelled<Gpu>> labelledGpus(List<Gpu> gpus) {
    var labelled = new ArrayList<Labelled<Gpu>>();
    for (var gpu : gpus) {
      var labels =
          LabelSet.of(
              "gpu", gpu.name(),
              "instance", gpu.instance(),
              "gpu_uuid", gpu.uuid(),
              "gpu_index", Integer.toString(labelled.size()));
      labelled.add(new Labelled<>(labels, gpu));
    }
    return List.copyOf(labelled);
  }

  private static LabelSet cpuLabels(Cpu cpu) {
    return LabelSet.of(
        "cpu_model", cpu.cpuModel(),
        "instance", cpu.instance(),
        "hostname", cpu.hostname(),
        "index", Integer.toString(cpu.index()));
  }

  private static LabelSet memoryLabels(Memory memory) {
    return LabelSet.of(
        "instance", memory.instance(),
        "hostname", memory.hostname(),
        "index", Integer.toString(memory.index()));
  }

  static LabelSet withDetail(LabelSet labels, Map<String, String> detail) {
    var all = labels;
    for (var entry : new TreeMap<>(detail).entrySet()) {
      all = all.and(LabelSet.name(entry.getKey()), entry.getValue());
    }
    return all;
  }

  static Optional<Double> number(Map<String, String> detail, String key) {
    try {
      return Optional.ofNullable(detail.get(key)).map(Double::valueOf);
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }

  /** A subject with the labels that all its samples carry. */
  record Labelled<T>(LabelSet labels, T subject) {}

  /**
   * The program that answers.
   *
   * @param version its version
   * @param os operating system it runs on, such as {@code linux}
   * @param arch processor architecture, such as {@code x86_64}
   */
  public record Build(String version, String os, String arch) {}
}
