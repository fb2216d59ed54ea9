package io.muster.collector.inspection.linux;

import io.muster.collector.host.StorageSurvey.SpaceGauge;
import io.muster.collector.inspection.HostInspector;
import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
import io.muster.runtime.node.Clocks;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.Vitals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A Linux host, straight from {@code /proc} and {@code /sys}. */
public final class LinuxInspector implements HostInspector {
  private static final int MAX_ROWS = 1000; // children, and threads, of one process

  private final VitalsReader vitals;
  private final DiskReader disks;
  private final ProcessScan processes;
  private final ProcessLens lens;

  /**
   * Reads nothing yet.
   *
   * @param root {@code /}, or where a container sees the file system of its host
   */
  public LinuxInspector(Path root, Clocks clocks) {
    this(root, clocks, SpaceGauge.SYSTEM, MAX_ROWS);
  }

  LinuxInspector(Path root, Clocks clocks, SpaceGauge gauge, int maxRows) {
    var tree = new KernelTree(root);
    var text = new KernelText();
    var files = new ProcessFiles(tree, text);
    this.vitals = new VitalsReader(tree, text, clocks);
    this.disks = new DiskReader(tree, text, gauge);
    this.processes = new ProcessScan(tree, text, files, clocks.nanoTime());
    var shares = new CpuShares(tree, files, processes, clocks.nanoTime());
    this.lens = new ProcessLens(tree, files, shares, maxRows);
  }

  @Override
  public Vitals vitals() throws IOException {
    return vitals.read();
  }

  @Override
  public List<Disk> disks() throws IOException {
    return disks.read();
  }

  @Override
  public List<ProcessUsage> processes() throws IOException {
    return processes.read();
  }

  @Override
  public ProcessDetail process(long pid) throws IOException {
    return lens.read(pid);
  }
}
