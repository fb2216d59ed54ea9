package io.muster.schema.gpu;

import java.util.OptionalLong;

/**
 * The remote end of one active NVLink.
 *
 * @param linkIndex number of the link on this GPU, from 0
 * @param remoteType {@code gpu}, {@code ibmnpu}, {@code switch} or {@code unknown} (NVML
 *     nvmlIntNvLinkDeviceType_t)
 * @param bandwidthMbS speed of the link, MB/s; empty if not reported
 */
public record NvlinkRemoteDevice(int linkIndex, String remoteType, OptionalLong bandwidthMbS) {}
