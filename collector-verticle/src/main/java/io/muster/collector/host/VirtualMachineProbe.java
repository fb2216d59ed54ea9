package io.muster.collector.host;

import static java.util.stream.Collectors.joining;

import io.muster.collector.proc.CpuModel;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Detects the type of a host that is a virtual machine. The CPU ({@code hypervisor} among the
 * flags) or Xen indicates a virtual machine; for CPUs without such flags (Arm) the firmware
 * decides. The firmware names the product or cloud; the available clock sources name the
 * hypervisor.
 */
final class VirtualMachineProbe {
  private static final String DMI = "sys/class/dmi/id/";
  private static final String UNKNOWN_TYPE = "VM";
  private static final String KVM = "KVM";
  private static final String XEN = "Xen";
  private static final String HYPER_V = "Hyper-V";
  private static final Pattern CPU_FLAGS = Pattern.compile("(?m)^flags\\s*:(.*)$");

  private final HostRoot hostRoot;

  VirtualMachineProbe(HostRoot hostRoot) {
    this.hostRoot = hostRoot;
  }

  /** Detects the virtual machine; empty on bare metal. */
  Optional<VirtualMachine> detect() {
    var firmware = firmwareText();
    var product = FirmwareProduct.of(firmware);
    if (!isVirtual(product)) {
      return Optional.empty();
    }
    var hypervisor = hypervisor().or(() -> product.map(candidate -> candidate.hypervisor));
    var type =
        product
            // QEMU names the emulated board, whatever the hypervisor is.
            .filter(candidate -> candidate != FirmwareProduct.QEMU)
            .map(candidate -> candidate.type)
            .or(() -> hypervisor)
            .orElse(UNKNOWN_TYPE);
    return Optional.of(new VirtualMachine(type, hypervisor));
  }

  private boolean isVirtual(Optional<FirmwareProduct> product) {
    if (hostRoot.readText("proc/xen/capabilities").orElse("").contains("control_d")) {
      return false; // the control domain manages the others and counts as bare metal
    }
    var flags = CPU_FLAGS.matcher(CpuModel.readFirstBlock(hostRoot, new KernelFileScanner()));
    return flags.find()
        ? hasHypervisorFlag(flags.group(1)) || isXen()
        : isXen() || (product.isPresent() && !isBareMetalInstance());
  }

  private static boolean hasHypervisorFlag(String flags) {
    return List.of(flags.strip().split(" ", -1)).contains("hypervisor");
  }

  private boolean isXen() {
    return hostRoot.readText("sys/hypervisor/type").orElse("").equals("xen");
  }

  /** Bare-metal instances of a cloud have the same vendor as its virtual machines. */
  private boolean isBareMetalInstance() {
    return hostRoot.readText(DMI + "product_name").orElse("").contains(".metal");
  }

  private Optional<String> hypervisor() {
    var clockSources =
        hostRoot
            .readText("sys/devices/system/clocksource/clocksource0/available_clocksource")
            .orElse("");
    if (isXen() || clockSources.contains("xen")) {
      return Optional.of(XEN);
    }
    if (clockSources.contains("kvm-clock")) {
      return Optional.of(KVM);
    }
    return clockSources.contains("hyperv") ? Optional.of(HYPER_V) : Optional.empty();
  }

  private String firmwareText() {
    return Stream.of(
            "sys_vendor",
            "product_name",
            "board_vendor",
            "bios_vendor",
            "bios_version",
            "chassis_asset_tag")
        .flatMap(name -> hostRoot.readText(DMI + name).stream())
        .collect(joining("\n"))
        .toLowerCase(Locale.ROOT);
  }

  /**
   * A detected virtual machine.
   *
   * @param type display name: the product or cloud, else the hypervisor
   */
  record VirtualMachine(String type, Optional<String> hypervisor) {}

  /**
   * Virtual machines by the text of their firmware; clouds come before the hypervisors they use.
   */
  private enum FirmwareProduct {
    AWS("AWS EC2", KVM, "amazon"),
    GOOGLE("Google Cloud", KVM, "google"),
    AZURE("Microsoft Azure", HYPER_V, "7783-7084-3265-9085-8269-3286-77"),
    DIGITAL_OCEAN("DigitalOcean", KVM, "digitalocean"),
    ORACLE("Oracle Cloud", KVM, "oraclecloud"),
    ALIBABA("Alibaba Cloud", KVM, "alibaba"),
    VMWARE("VMware", "VMware", "vmware"),
    VIRTUALBOX("VirtualBox", "VirtualBox", "virtualbox", "innotek"),
    PARALLELS("Parallels", "Parallels", "parallels"),
    MICROSOFT(HYPER_V, HYPER_V, "microsoft"),
    XEN_DOMAIN(XEN, XEN, "xen"),
    KVM_GUEST(KVM, KVM, "kvm", "openstack", "ovirt", "rhev"),
    QEMU("QEMU", "QEMU", "qemu");

    private final String type;
    private final String hypervisor;
    private final List<String> firmwareMarkers;

    FirmwareProduct(String type, String hypervisor, String... firmwareMarkers) {
      this.type = type;
      this.hypervisor = hypervisor;
      this.firmwareMarkers = List.of(firmwareMarkers);
    }

    private static Optional<FirmwareProduct> of(String firmware) {
      return Arrays.stream(values())
          .filter(product -> product.firmwareMarkers.stream().anyMatch(firmware::contains))
          .findFirst();
    }
  }
}
