package io.muster.collector.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.proc.HostFilesFixture;
import io.muster.schema.host.RuntimeEnvironment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small file trees, each with the marks of one runtime or firmware. */
class EnvironmentProbeTest {
  private static final String ID =
      "3f4a9c0b7d21e8f6a5b4c3d2e1f00f1e2d3c4b5a6f8e12d7b0c9a4f30a1b2c3d";
  private static final String SHORT_ID = "3f4a9c0b7d21";
  private static final String GUEST_CPUINFO =
      "processor\t: 0\nflags\t\t: fpu vme hypervisor lahf_lm\n";
  private static final String BARE_METAL_CPUINFO =
      "processor\t: 0\nflags\t\t: fpu vme de pse lahf_lm\n";

  private final HostFilesFixture files;
  private final Map<String, String> variables = new HashMap<>();

  EnvironmentProbeTest(@TempDir Path root) {
    files = HostFilesFixture.empty(root);
  }

  @Test
  void detect_bareMetal_isEmpty() {
    files
        .write("proc/cpuinfo", BARE_METAL_CPUINFO)
        .write("proc/self/cgroup", "0::/system.slice/muster.service\n")
        .write("sys/class/dmi/id/sys_vendor", "Supermicro\n")
        .write("sys/class/dmi/id/product_name", "AS-8125GS-TNHR\n");

    assertThat(detect()).isEmpty();
  }

  @Test
  void detect_nothingReadable_isEmpty() {
    assertThat(detect()).isEmpty();
  }

  @Test
  void detect_dockerOnCgroupV1_findsItsId() {
    files
        .write(".dockerenv", "")
        .write(
            "proc/self/cgroup", "12:cpu:/docker/" + ID + "\n1:name=systemd:/docker/" + ID + "\n");

    assertThat(detect()).contains(container("Docker", SHORT_ID));
  }

  @Test
  void detect_dockerOnCgroupV2_findsItsIdAmongTheMounts() {
    files
        .write(".dockerenv", "")
        .write("proc/self/cgroup", "0::/\n")
        .write(
            "proc/self/mountinfo",
            "700 650 0:54 / / rw - overlay overlay rw,upperdir=/var/lib/docker/overlay2/"
                + "0".repeat(64)
                + "/diff\n"
                + "712 700 8:1 /var/lib/docker/containers/"
                + ID
                + "/hostname /etc/hostname rw - ext4 /dev/sda1 rw\n");

    assertThat(detect()).contains(container("Docker", SHORT_ID));
  }

  @Test
  void detect_podman_findsItsId() {
    files
        .write("run/.containerenv", "")
        .write("proc/self/cgroup", "0::/machine.slice/libpod-" + ID + ".scope/container\n");

    assertThat(detect()).contains(container("Podman", SHORT_ID));
  }

  @Test
  void detect_pod_findsNameAndNamespace() {
    variables.putAll(Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "HOSTNAME", "muster-x7k2p"));
    files
        .write(".dockerenv", "")
        .write("var/run/secrets/kubernetes.io/serviceaccount/namespace", "gpu-ops")
        .write(
            "proc/self/cgroup",
            "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod77.slice/"
                + "cri-containerd-"
                + ID
                + ".scope\n");

    assertThat(detect())
        .contains(
            new RuntimeEnvironment(
                "Kubernetes",
                Optional.of("Kubernetes"),
                Optional.of(SHORT_ID),
                Optional.of("muster-x7k2p"),
                Optional.of("gpu-ops"),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void detect_podOnHostNetwork_usesThePodNameVariable() {
    variables.putAll(
        Map.of(
            "KUBERNETES_SERVICE_HOST", "10.0.0.1", "HOSTNAME", "node-7", "POD_NAME", "muster-a"));

    assertThat(detect().orElseThrow().podName()).contains("muster-a");
  }

  @ParameterizedTest
  @CsvSource({
    "/kubepods/besteffort/pod77/x, Kubernetes",
    "/system.slice/docker-x.scope, Docker",
    "/machine.slice/libpod-x.scope, Podman",
    "/system.slice/crio-x.scope, CRI-O",
    "/system.slice/containerd.service/containerd/x, containerd",
    "/lxc/web1, LXC/LXD",
    "/lxc.payload.web1/init.scope, LXC/LXD",
  })
  void detect_cgroupOnly_findsTheRuntime(String group, String runtime) {
    files.write("proc/self/cgroup", "0::" + group + "\n");

    assertThat(detect().orElseThrow().containerRuntime()).contains(runtime);
    assertThat(detect().orElseThrow().containerId()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"lxc, LXC/LXD", "podman, Podman", "systemd-nspawn, systemd-nspawn"})
  void detect_variableOfTheFirstProcess_findsTheRuntime(String value, String runtime) {
    files.write("proc/1/environ", "PATH=/bin\0container=" + value + "\0TERM=linux\0");

    assertThat(detect()).map(RuntimeEnvironment::environment).contains(runtime);
  }

  @ParameterizedTest
  @CsvSource({
    "'VMware, Inc.', 'VMware7,1', VMware, VMware",
    "innotek GmbH, VirtualBox, VirtualBox, VirtualBox",
    "Microsoft Corporation, Virtual Machine, Hyper-V, Hyper-V",
    "Xen, HVM domU, Xen, Xen",
    "Amazon EC2, p5.48xlarge, AWS EC2, KVM",
    "Google, Google Compute Engine, Google Cloud, KVM",
    "DigitalOcean, Droplet, DigitalOcean, KVM",
    "Parallels International, Parallels Virtual Platform, Parallels, Parallels",
    "OpenStack Foundation, OpenStack Nova, KVM, KVM",
    "QEMU, 'Standard PC (Q35 + ICH9, 2009)', QEMU, QEMU",
  })
  void detect_firmwareOfAGuest_findsTypeAndHypervisor(
      String vendor, String product, String type, String hypervisor) {
    files
        .write("proc/cpuinfo", GUEST_CPUINFO)
        .write("sys/class/dmi/id/sys_vendor", vendor + "\n")
        .write("sys/class/dmi/id/product_name", product + "\n");

    assertThat(detect()).contains(machine(type, hypervisor));
  }

  @ParameterizedTest
  @CsvSource({
    "Microsoft Corporation, Surface Laptop 4",
    "Amazon EC2, p5.metal",
    "Oracle Corporation, ORACLE SERVER X9-2"
  })
  void detect_bareMetalOfACloudVendor_isEmpty(String vendor, String product) {
    files
        .write("proc/cpuinfo", BARE_METAL_CPUINFO)
        .write("sys/class/dmi/id/sys_vendor", vendor + "\n")
        .write("sys/class/dmi/id/product_name", product + "\n");

    assertThat(detect()).isEmpty();
  }

  @Test
  void detect_azure_isFoundByItsAssetTag() {
    files
        .write("proc/cpuinfo", GUEST_CPUINFO)
        .write("sys/class/dmi/id/sys_vendor", "Microsoft Corporation")
        .write("sys/class/dmi/id/chassis_asset_tag", "7783-7084-3265-9085-8269-3286-77");

    assertThat(detect()).contains(machine("Microsoft Azure", "Hyper-V"));
  }

  @ParameterizedTest
  @CsvSource({"kvm-clock tsc acpi_pm, KVM", "hyperv_clocksource_tsc_page, Hyper-V", "xen tsc, Xen"})
  void detect_guestWithoutFirmwareTexts_isFoundByItsClockSources(String clocks, String hypervisor) {
    files
        .write("proc/cpuinfo", GUEST_CPUINFO)
        .write("sys/devices/system/clocksource/clocksource0/available_clocksource", clocks + "\n");

    assertThat(detect()).contains(machine(hypervisor, hypervisor));
  }

  @Test
  void detect_emulatedBoardUnderKvm_isKvm() {
    files
        .write("proc/cpuinfo", GUEST_CPUINFO)
        .write("sys/class/dmi/id/sys_vendor", "QEMU\n")
        .write("sys/devices/system/clocksource/clocksource0/available_clocksource", "kvm-clock\n");

    assertThat(detect()).contains(machine("KVM", "KVM"));
  }

  @Test
  void detect_unknownHypervisor_isAVirtualMachine() {
    files.write("proc/cpuinfo", GUEST_CPUINFO);

    assertThat(detect())
        .contains(
            new RuntimeEnvironment(
                "VM",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("VM"),
                Optional.empty()));
  }

  @Test
  void detect_xen_distinguishesGuestsFromTheControlDomain() {
    files.write("proc/cpuinfo", BARE_METAL_CPUINFO).write("sys/hypervisor/type", "xen\n");
    assertThat(detect()).contains(machine("Xen", "Xen"));

    files.write("proc/xen/capabilities", "control_d\n");
    assertThat(detect()).isEmpty();
  }

  @Test
  void detect_armGuest_isFoundByItsFirmware() {
    files
        .write("proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd evtstrm\n")
        .write("sys/class/dmi/id/sys_vendor", "Amazon EC2\n")
        .write("sys/class/dmi/id/product_name", "g5g.16xlarge\n");
    assertThat(detect()).contains(machine("AWS EC2", "KVM"));

    files.write("sys/class/dmi/id/product_name", "g5g.metal\n");
    assertThat(detect()).isEmpty();
  }

  @Test
  void detect_containerInAGuest_reportsContainerAndHypervisor() {
    files
        .write(".dockerenv", "")
        .write("proc/cpuinfo", GUEST_CPUINFO)
        .write("sys/class/dmi/id/sys_vendor", "Google\n");

    var found = detect().orElseThrow();

    assertThat(found.environment()).isEqualTo("Docker");
    assertThat(found.containerRuntime()).contains("Docker");
    assertThat(found.vmType()).contains("Google Cloud");
    assertThat(found.hypervisor()).contains("KVM");
  }

  @Test
  void of_hostUnderAMountPoint_ignoresThisProcess() {
    files
        .write("proc/cpuinfo", BARE_METAL_CPUINFO)
        .write("proc/1/mountinfo", "1 1 8:1 / / rw - ext4 /dev/sda1 rw\n")
        .write("proc/1/cgroup", "0::/init.scope\n")
        .write("proc/self/cgroup", "0::/docker/" + ID + "\n");

    assertThat(EnvironmentProbe.of(files.directory()).detect()).isEmpty();
  }

  private Optional<RuntimeEnvironment> detect() {
    return new EnvironmentProbe(files.hostRoot(), variables).detect();
  }

  private static RuntimeEnvironment container(String runtime, String id) {
    return new RuntimeEnvironment(
        runtime,
        Optional.of(runtime),
        Optional.of(id),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static RuntimeEnvironment machine(String type, String hypervisor) {
    return new RuntimeEnvironment(
        type,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(type),
        Optional.of(hypervisor));
  }
}
