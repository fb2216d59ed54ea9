package io.muster.collector.environment;

import io.muster.collector.proc.KernelTree;
import io.muster.schema.host.RuntimeEnvironment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out what a Linux host runs in, from files and variables alone: it starts no program and
 * asks no network. Names are those of all-smi.
 */
public final class EnvironmentProbe {
  private final ContainerProbe container;
  private final MachineProbe machine;

  EnvironmentProbe(KernelTree tree, Map<String, String> variables) {
    this.container = new ContainerProbe(tree, variables);
    this.machine = new MachineProbe(tree);
  }

  /**
   * For the host below that root. The variables of this process tell something about the host only
   * where the host is what this process sees as {@code /}.
   */
  public static EnvironmentProbe of(Path root) {
    return new EnvironmentProbe(
        new KernelTree(root), root.getNameCount() == 0 ? System.getenv() : Map.of());
  }

  /** Looks once; empty on bare metal. */
  public Optional<RuntimeEnvironment> detect() {
    var found = container.detect();
    var virtual = machine.detect();
    return found
        .map(ContainerProbe.Container::runtime)
        .or(() -> virtual.map(MachineProbe.Machine::type))
        .map(
            name ->
                new RuntimeEnvironment(
                    name,
                    found.map(ContainerProbe.Container::runtime),
                    found.flatMap(ContainerProbe.Container::id),
                    found.flatMap(ContainerProbe.Container::podName),
                    found.flatMap(ContainerProbe.Container::namespace),
                    virtual.map(MachineProbe.Machine::type),
                    virtual.flatMap(MachineProbe.Machine::hypervisor)));
  }
}
