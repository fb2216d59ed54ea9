package io.muster.collector.environment;

import static java.util.stream.Collectors.joining;

import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which virtual machine a host is. That it is one is told by the CPU ({@code hypervisor} among the
 * flags) or by Xen; CPUs without such flags (Arm) leave it to the firmware. Whose it is, is told by
 * the firmware; what runs it, by the clocks that the hypervisor offers.
 */
final class MachineProbe {
  private static final String DMI = "sys/class/dmi/id/";
  private static final String UNKNOWN = "VM";
  private static final String KVM = "KVM";
  private static final String XEN = "Xen";
  private static final String HYPER_V = "Hyper-V";
  private static final int FIRST_CPU_BYTES = 8 * 1024;
  private static final Pattern FLAGS = Pattern.compile("(?m)^flags\\s*:(.*)$");

  private final KernelTree tree;

  MachineProbe(KernelTree tree) {
    this.tree = tree;
  }

  /** Empty on bare metal. */
  Optional<Machine> detect() {
    var firmware = firmware();
    var product = Product.of(firmware);
    if (!isVirtual(product)) {
      return Optional.empty();
    }
    var hypervisor = hypervisor().or(() -> product.map(it -> it.hypervisor));
    var type =
        product
            .filter(it -> it != Product.QEMU) // that is the emulated board, whatever runs it
            .map(it -> it.type)
            .or(() -> hypervisor)
            .orElse(UNKNOWN);
    return Optional.of(new Machine(type, hypervisor));
  }

  private boolean isVirtual(Optional<Product> product) {
    if (tree.text("proc/xen/capabilities").orElse("").contains("control_d")) {
      return false; // the domain that runs the others is the machine itself
    }
    var flags = FLAGS.matcher(firstCpu());
    return flags.find()
        ? isHypervisorFlag(flags.group(1)) || isXen()
        : isXen() || (product.isPresent() && !isMetal());
  }

  private static boolean isHypervisorFlag(String flags) {
    return List.of(flags.strip().split(" ", -1)).contains("hypervisor");
  }

  private boolean isXen() {
    return tree.text("sys/hypervisor/type").orElse("").equals("xen");
  }

  /** Clouds rent out whole machines under the same vendor. */
  private boolean isMetal() {
    return tree.text(DMI + "product_name").orElse("").contains(".metal");
  }

  private Optional<String> hypervisor() {
    var clocks =
        tree.text("sys/devices/system/clocksource/clocksource0/available_clocksource").orElse("");
    if (isXen() || clocks.contains("xen")) {
      return Optional.of(XEN);
    }
    if (clocks.contains("kvm-clock")) {
      return Optional.of(KVM);
    }
    return clocks.contains("hyperv") ? Optional.of(HYPER_V) : Optional.empty();
  }

  private String firstCpu() {
    try {
      var text = new KernelText();
      text.load(tree.file("proc/cpuinfo"), FIRST_CPU_BYTES);
      return text.rest();
    } catch (IOException e) {
      return ""; // then the firmware decides
    }
  }

  private String firmware() {
    return Stream.of(
            "sys_vendor",
            "product_name",
            "board_vendor",
            "bios_vendor",
            "bios_version",
            "chassis_asset_tag")
        .flatMap(name -> tree.text(DMI + name).stream())
        .collect(joining("\n"))
        .toLowerCase(Locale.ROOT);
  }

  /**
   * What was found.
   *
   * @param type for people: the product or cloud, else the hypervisor
   */
  record Machine(String type, Optional<String> hypervisor) {}

  /** Virtual machines by what their firmware says; clouds before what they are built on. */
  private enum Product {
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
    private final List<String> marks;

    Product(String type, String hypervisor, String... marks) {
      this.type = type;
      this.hypervisor = hypervisor;
      this.marks = List.of(marks);
    }

    private static Optional<Product> of(String firmware) {
      return Arrays.stream(values())
          .filter(product -> product.marks.stream().anyMatch(firmware::contains))
          .findFirst();
    }
  }
}
