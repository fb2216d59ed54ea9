package io.muster.aggregator.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GpuCatalogTest {
  private final GpuCatalog catalog = new GpuCatalog(GpuModels.bundled());

  static Stream<GpuModel> models() {
    return GpuModels.bundled().models().stream();
  }

  @Test
  void bundled_always_hasNoProblems() {
    assertThat(GpuModelTable.bundled().problems()).isEmpty();
    assertThat(models()).hasSizeGreaterThan(100);
  }

  @ParameterizedTest
  @MethodSource("models")
  void centiTflops_everyNameOfAModel_findsThatModel(GpuModel model) {
    assertThat(Stream.concat(Stream.of(model.name()), model.aliases().stream()))
        .allSatisfy(name -> assertThat(tflops(name)).isEqualTo(model.centiTflops()))
        .allSatisfy(
            name ->
                assertThat(tflops(model.vendor() + " " + name.toUpperCase(Locale.ROOT)))
                    .isEqualTo(model.centiTflops()));
  }

  /** The table of the contract, with the names that drivers report. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          NVIDIA B200, 75
          NVIDIA GB200, 80
          NVIDIA H200, 66.9
          NVIDIA H200 NVL, 60
          NVIDIA GH200 480GB, 66.9
          NVIDIA H100 80GB HBM3, 66.9
          NVIDIA H100 PCIe, 51.2
          NVIDIA H100 NVL, 60
          NVIDIA H800, 66.9
          NVIDIA H20, 44
          NVIDIA A100-SXM4-40GB, 19.5
          NVIDIA A100-SXM4-80GB, 19.5
          NVIDIA A100-PCIE-40GB, 19.5
          NVIDIA A100 80GB PCIe, 19.5
          A100-SXM4-40GB, 19.5
          NVIDIA A800-SXM4-80GB, 19.5
          NVIDIA A800 80GB PCIe, 19.5
          NVIDIA A30, 10.3
          NVIDIA A40, 37.4
          NVIDIA A10, 31.2
          NVIDIA A10G, 31.5
          NVIDIA A16, 4.5
          NVIDIA A2, 4.5
          NVIDIA L4, 30.3
          NVIDIA L40, 90.5
          NVIDIA L40S, 91.6
          NVIDIA L20, 59.4
          Tesla T4, 8.1
          Tesla V100-SXM2-16GB, 15.7
          Tesla V100-SXM2-32GB, 15.7
          Tesla V100-PCIE-16GB, 14.1
          Tesla V100S-PCIE-32GB, 16.4
          Tesla P100-SXM2-16GB, 10.6
          Tesla P100-PCIE-16GB, 9.3
          Tesla P40, 11.8
          Tesla P4, 5.4
          NVIDIA RTX PRO 6000 Blackwell Workstation Edition, 126.0
          NVIDIA RTX PRO 6000 Blackwell Server Edition, 120
          NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition, 110
          NVIDIA RTX 6000 Ada Generation, 91.1
          NVIDIA RTX 5000 Ada Generation, 65.3
          NVIDIA RTX 4500 Ada Generation, 39.6
          NVIDIA RTX 4000 Ada Generation, 26.7
          NVIDIA RTX A6000, 38.7
          NVIDIA RTX A5000, 27.8
          NVIDIA RTX A4500, 23.7
          NVIDIA RTX A4000, 19.2
          NVIDIA RTX A2000 12GB, 8.0
          Quadro RTX 6000, 16.3
          Quadro RTX 8000, 16.3
          NVIDIA TITAN RTX, 16.3
          NVIDIA GeForce RTX 5090, 104.8
          NVIDIA GeForce RTX 5090 D, 104.8
          NVIDIA GeForce RTX 5080, 56.3
          NVIDIA GeForce RTX 5070 Ti, 43.9
          NVIDIA GeForce RTX 5070, 30.9
          NVIDIA GeForce RTX 5060 Ti, 23.7
          NVIDIA GeForce RTX 5060, 19.2
          NVIDIA GeForce RTX 5050, 13.2
          NVIDIA GeForce RTX 4090, 82.6
          nvidia geforce rtx 4090, 82.6
          NVIDIA GeForce RTX 4090 D, 73.5
          NVIDIA GeForce RTX 4080 SUPER, 52.2
          NVIDIA GeForce RTX 4080, 48.7
          NVIDIA GeForce RTX 4070 Ti SUPER, 44.1
          NVIDIA GeForce RTX 4070 Ti, 40.1
          NVIDIA GeForce RTX 4070 SUPER, 35.5
          NVIDIA GeForce RTX 4070, 29.1
          NVIDIA GeForce RTX 4060 Ti, 22.1
          NVIDIA GeForce RTX 4060, 15.1
          NVIDIA GeForce RTX 3090 Ti, 40.0
          NVIDIA GeForce RTX 3090, 35.6
          NVIDIA GeForce RTX 3080 Ti, 34.1
          NVIDIA GeForce RTX 3080 12GB, 30.6
          NVIDIA GeForce RTX 3080, 29.8
          NVIDIA GeForce RTX 3070 Ti, 21.7
          NVIDIA GeForce RTX 3070, 20.3
          NVIDIA GeForce RTX 3060 Ti, 16.2
          NVIDIA GeForce RTX 3060, 12.7
          NVIDIA GeForce RTX 2080 Ti, 13.4
          NVIDIA GeForce RTX 2080 SUPER, 11.2
          NVIDIA GeForce RTX 2070 SUPER, 9.1
          NVIDIA GeForce RTX 2060, 6.5
          NVIDIA GeForce GTX 1660 Ti, 5.4
          NVIDIA GeForce GTX 1080 Ti, 11.3
          NVIDIA GeForce GTX 1080, 8.9
          AMD Instinct MI355X, 157.3
          AMD Instinct MI325X, 163.4
          AMD Instinct MI300X, 163.4
          AMD Instinct MI300A, 122.6
          AMD Instinct MI250X, 47.9
          AMD Instinct MI250, 45.3
          AMD Instinct MI210, 22.6
          AMD Instinct MI100, 23.1
          AMD Radeon RX 9070 XT, 48.7
          AMD Radeon RX 7900 XTX, 61.4
          AMD Radeon RX 7900 XT, 51.5
          AMD Radeon RX 7800 XT, 37.3
          AMD Radeon RX 6900 XT, 23.0
          Intel(R) Arc(TM) A770 Graphics, 19.7
          Intel(R) Arc(TM) B580 Graphics, 13.7
          Apple M1, 2.6
          Apple M1 Pro, 5.2
          Apple M1 Max, 10.4
          Apple M1 Ultra, 20.8
          Apple M2, 3.6
          Apple M2 Pro, 6.8
          Apple M2 Max, 13.6
          Apple M2 Ultra, 27.2
          """)
  void centiTflops_driverName_isTheDocumentedPeak(String name, double tflops) {
    assertThat(tflops(name)).isEqualTo((int) Math.round(100 * tflops));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GPU",
        "NVIDIA",
        "NVIDIA GeForce RTX 4090 Laptop GPU",
        "NVIDIA GeForce RTX 2080 Super with Max-Q Design",
        "NVIDIA RTX 4000 SFF Ada Generation",
        "NVIDIA GeForce RTX 409",
        "NVIDIA L400",
        "NVIDIA A100X",
        "NVIDIA H100 80GB HBM3 80GB",
        "Apple M3 Max",
        "NVIDIA RTX PRO 6000",
        "AMD Radeon RX 7900 XT/7900 XTX",
        "NVIDIA Nothing MIG 1g.10gb"
      })
  void centiTflops_unknownName_isZero(String name) {
    assertThat(tflops(name)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "NVIDIA H100 80GB HBM3 MIG 1g.10gb, 955",
    "NVIDIA H100 80GB HBM3 MIG 1g.10gb+me, 955",
    "NVIDIA H100 80GB HBM3 MIG 3g.40gb, 2867",
    "NVIDIA H100 80GB HBM3 MIG 7g.80gb, 6690",
    "NVIDIA H100 80GB HBM3 MIG 1c.3g.40gb, 955",
    "NVIDIA A100-SXM4-40GB MIG 2g.10gb, 557",
    "NVIDIA A30 MIG 4g.24gb, 1030",
    "NVIDIA A30 MIG 1g.6gb, 257"
  })
  void centiTflops_migInstance_isItsFractionOfTheGpu(String name, int centiTflops) {
    assertThat(tflops(name)).isEqualTo(centiTflops);
  }

  @Test
  void centiTflops_severalDevices_addUpExactly() {
    var migInstance = "NVIDIA H100 80GB HBM3 MIG 1g.10gb";

    assertThat(
            catalog.centiTflops(
                List.of(
                    migInstance,
                    migInstance,
                    migInstance,
                    migInstance,
                    migInstance,
                    migInstance,
                    migInstance)))
        .isEqualTo(6690);
    assertThat(catalog.centiTflops(List.of("NVIDIA L4", "unknown", "NVIDIA L40S")))
        .isEqualTo(3030 + 9160);
    assertThat(catalog.centiTflops(List.of())).isZero();
  }

  @Test
  void centiTflops_moreNamesThanAreCached_areFound() {
    for (var number = 0; number < 5000; number++) {
      assertThat(tflops("unknown model " + number)).isZero();
    }
    assertThat(tflops("NVIDIA L4")).isEqualTo(3030);
  }

  private int tflops(String name) {
    return catalog.centiTflops(List.of(name));
  }
}
