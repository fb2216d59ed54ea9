package io.muster.collector.inspection.linux;

import io.muster.collector.host.MemoryReader;
import io.muster.collector.host.Sensors;
import io.muster.collector.proc.CpuModel;
import io.muster.collector.proc.CpuTicks;
import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
import io.muster.runtime.node.Clocks;
import io.muster.schema.inspection.NetworkInterface;
import io.muster.schema.inspection.Vitals;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The fast-changing numbers of a Linux host. Which sensors and limits there are is looked up every
 * 30 s, the CPU's model once. Without memory there are none; CPUs and interfaces that cannot be
 * read are left out.
 */
final class VitalsReader {
  private static final long SLOW_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int FIRST_BLOCK_BYTES = 8 * 1024;
  private static final int BETWEEN_RECEIVED_AND_SENT = 7;

  private final KernelTree tree;
  private final KernelText text;
  private final Clocks clocks;
  private final MemoryReader memory;
  private final String interfaces;
  private CpuTicks earlier = new CpuTicks();
  private CpuTicks current = new CpuTicks();
  private Optional<String> cpuModel = Optional.empty();
  private Optional<Sensors> sensors = Optional.empty();
  private long slowReadNanos;

  VitalsReader(KernelTree tree, KernelText text, Clocks clocks) {
    this.tree = tree;
    this.text = text;
    this.clocks = clocks;
    this.memory = new MemoryReader(tree, text);
    this.interfaces = tree.ofHost("net/dev");
  }

  Vitals read() throws IOException {
    var heat = sensors();
    heat.readCpus(text);
    var perCpu = new ArrayList<Double>();
    var whole = load(perCpu);
    var levels = memory.levels();
    return new Vitals(
        clocks.wallClock().millis(),
        model(),
        whole,
        perCpu,
        heat.cpuCelsius(),
        levels.totalBytes(),
        Math.max(0, levels.totalBytes() - levels.availableBytes()),
        levels.swapTotalBytes(),
        Math.max(0, levels.swapTotalBytes() - levels.swapFreeBytes()),
        networks(),
        List.of());
  }

  private Sensors sensors() {
    long now = clocks.nanoTime().getAsLong();
    if (sensors.isPresent() && now - slowReadNanos < SLOW_NANOS) {
      return sensors.get();
    }
    slowReadNanos = now;
    memory.forgetLimit();
    var found = Sensors.discover(tree);
    sensors = Optional.of(found);
    return found;
  }

  /** The share of all CPUs, and into the list that of each. */
  private OptionalDouble load(List<Double> perCpu) {
    try {
      text.load(tree.file("proc/stat"));
    } catch (IOException e) {
      return OptionalDouble.empty(); // a host without the rest of its vitals is worse
    }
    current.read(text);
    long allBusy = 0;
    long allPassed = 0;
    for (int cpu = 0; cpu < current.count(); cpu++) {
      long busy = current.busySince(earlier, cpu);
      long passed = current.passedSince(earlier, cpu);
      perCpu.add(CpuTicks.percent(busy, passed).orElse(0));
      allBusy += busy;
      allPassed += passed;
    }
    var spare = earlier;
    earlier = current;
    current = spare;
    return CpuTicks.percent(allBusy, allPassed);
  }

  private String model() {
    var known = cpuModel.orElseGet(this::readModel);
    cpuModel = Optional.of(known);
    return known;
  }

  /** Only the start: the file has a block for each CPU, and takes its time on large hosts. */
  private String readModel() {
    try {
      text.load(tree.file("proc/cpuinfo"), FIRST_BLOCK_BYTES);
      return CpuModel.parse(text.rest()).name();
    } catch (IOException e) {
      return "";
    }
  }

  private List<NetworkInterface> networks() {
    try {
      text.load(tree.file(interfaces));
    } catch (IOException e) {
      return List.of();
    }
    var found = new ArrayList<NetworkInterface>();
    text.nextLine(); // two lines of titles
    for (text.nextLine(); !text.atEnd(); text.nextLine()) {
      var name = text.upTo(':');
      long receivedBytes = text.nextNumber();
      text.skipWords(BETWEEN_RECEIVED_AND_SENT);
      if (!name.isEmpty()) {
        found.add(new NetworkInterface(name, receivedBytes, text.nextNumber()));
      }
    }
    return found;
  }
}
