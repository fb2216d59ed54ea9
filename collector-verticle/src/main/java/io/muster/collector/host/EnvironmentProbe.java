package io.muster.collector.host;

import io.muster.collector.proc.HostRoot;
import io.muster.schema.host.RuntimeEnvironment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Detects the container and the virtual machine of a Linux host, from files and variables only,
 * without starting a program or using the network. Names are those of all-smi.
 */
final class EnvironmentProbe {
  private final ContainerProbe containerProbe;
  private final VirtualMachineProbe virtualMachineProbe;

  EnvironmentProbe(HostRoot hostRoot, Map<String, String> variables) {
    this.containerProbe = new ContainerProbe(hostRoot, variables);
    this.virtualMachineProbe = new VirtualMachineProbe(hostRoot);
  }

  /**
   * The probe of the host below that root. The variables of this process are used only if the root
   * is {@code /}, because they do not describe another host.
   */
  static EnvironmentProbe of(Path root) {
    return new EnvironmentProbe(
        new HostRoot(root), root.getNameCount() == 0 ? System.getenv() : Map.of());
  }

  /** Detects the environment once; empty on bare metal. */
  Optional<RuntimeEnvironment> detect() {
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
