package io.muster.schema.host;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Map;

/**
 * Vendor of a CPU. One of the four known vendors is a bare string on the wire; any other is {@code
 * {"Other":"<vendor>"}}.
 *
 * @param known true if it is {@code Intel}, {@code Amd}, {@code AppleSilicon} or {@code Arm}
 * @param name the known vendor, else the vendor id reported by the CPU
 */
public record PlatformType(boolean known, String name) {
  private static final Map<String, String> MAKERS_BY_VENDOR_ID =
      Map.of(
          "GenuineIntel", "Intel",
          "AuthenticAMD", "Amd",
          "Apple", "AppleSilicon",
          "ARM", "Arm");

  /** Returns the vendor for the vendor id of a CPU (cpuid on x86, implementer name on Arm). */
  public static PlatformType ofVendor(String vendor) {
    var maker = MAKERS_BY_VENDOR_ID.get(vendor);
    return maker == null ? new PlatformType(false, vendor) : new PlatformType(true, maker);
  }

  /**
   * Returns the value of the label {@code platform_type}: {@code Intel}, or {@code
   * Other("vendor")}.
   */
  public String label() {
    return known ? name : "Other(\"" + name + "\")";
  }

  @JsonValue
  Object toWireValue() {
    return known ? name : Map.of("Other", name);
  }

  @JsonCreator
  static PlatformType ofWireValue(Object wireValue) {
    return wireValue instanceof Map<?, ?> other
        ? new PlatformType(false, String.valueOf(other.get("Other")))
        : new PlatformType(true, String.valueOf(wireValue));
  }
}
