package io.muster.collector.inspection.linux;

import io.muster.collector.host.StorageReader.FileSystemProbe;
import io.muster.collector.inspection.HostInspector;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.collector.proc.ProcessFiles;
import io.muster.runtime.node.Clocks;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.Vitals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Samples a Linux host from {@code /proc} and {@code /sys}. */
public final class LinuxInspector implements HostInspector {
  private static final int MAX_ROWS = 1000; // children, and threads, of one process

  private final VitalsReader vitalsReader;
  private final DiskReader diskReader;
  private final ProcessScanner processScanner;
  private final ProcessInspector processInspector;

  /**
   * Creates the inspector; reads nothing.
   *
   * @param root {@code /}, or the mount point of the host's file system in a container
   */
  public LinuxInspector(Path root, Clocks clocks) {
    this(root, clocks, FileSystemProbe.SYSTEM, MAX_ROWS);
  }

  LinuxInspector(Path root, Clocks clocks, FileSystemProbe fileSystemProbe, int maxRows) {
    var hostRoot = new HostRoot(root);
    var scanner = new KernelFileScanner();
    var files = new ProcessFiles(hostRoot, scanner);
    this.vitalsReader = new VitalsReader(hostRoot, scanner, clocks);
    this.diskReader = new DiskReader(hostRoot, scanner, fileSystemProbe);
    this.processScanner = new ProcessScanner(hostRoot, scanner, files, clocks.nanoTime());
    var cpuUsage = new ProcessCpuUsage(hostRoot, files, processScanner, clocks.nanoTime());
    this.processInspector = new ProcessInspector(files, cpuUsage, maxRows);
  }

  @Override
  public Vitals vitals() throws IOException {
    return vitalsReader.read();
  }

  @Override
  public List<Disk> disks() throws IOException {
    return diskReader.read();
  }

  @Override
  public List<ProcessUsage> processes() throws IOException {
    return processScanner.read();
  }

  @Override
  public ProcessDetail process(long pid) throws IOException {
    return processInspector.read(pid);
  }
}
