package io.muster.collector.environment;

import io.muster.collector.proc.HostRoot;
import io.muster.schema.host.RuntimeEnvironment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out what a Linux host runs in, from files and variables alone: it starts no program and
 * asks no network. Names are those of all-smi.
 */
public final class EnvironmentProbe {
  private final ContainerProbe containerProbe;
  private final VirtualMachineProbe virtualMachineProbe;

  EnvironmentProbe(HostRoot hostRoot, Map<String, String> variables) {
    this.containerProbe = new ContainerProbe(hostRoot, variables);
    this.virtualMachineProbe = new VirtualMachineProbe(hostRoot);
  }

  /**
   * For the host below that root. The variables of this process tell something about the host only
   * where the host is what this process sees as {@code /}.
   */
  public static EnvironmentProbe of(Path root) {
    return new EnvironmentProbe(
        new HostRoot(root), root.getNameCount() == 0 ? System.getenv() : Map.of());
  }

  /** Looks once; empty on bare metal. */
  public Optional<RuntimeEnvironment> detect() {
    var container = containerProbe.detect();
    var virtualMachine = virtualMachineProbe.detect();
    return container
        .map(ContainerProbe.DetectedContainer::runtime)
        .or(() -> virtualMachine.map(VirtualMachineProbe.VirtualMachine::type))
        .map(
            name ->
                new RuntimeEnvironment(
                    name,
                    container.map(ContainerProbe.DetectedContainer::runtime),
                    container.flatMap(ContainerProbe.DetectedContainer::id),
                    container.flatMap(ContainerProbe.DetectedContainer::podName),
                    container.flatMap(ContainerProbe.DetectedContainer::namespace),
                    virtualMachine.map(VirtualMachineProbe.VirtualMachine::type),
                    virtualMachine.flatMap(VirtualMachineProbe.VirtualMachine::hypervisor)));
  }
}
