/*
 * A fake of the NVIDIA management library: the names, struct layouts and constants of the public
 * header nvml.h, with two H100 of 18 NVLinks each. The compiler determines the struct layouts here,
 * so that the offsets on the Java side are checked against C and not against themselves.
 *
 * Build: cc -shared -fPIC -o libnvidia-ml.so.1 fake_nvml.c, with
 *   -DOLD_DRIVER          only the functions of a driver of the 418 line, unversioned names
 *   -DV3_BYTES=16|24|32   bytes of an entry of the _v3 process lists (24)
 *   -DINIT_CODE=n         return code of nvmlInit (0)
 *   -DLOST_AFTER=n        the second GPU is lost after n calls for its utilization (never);
 *                         it recovers at the next nvmlInit
 *   -DTEMPERATURE_CODE=n  return code of nvmlDeviceGetTemperature (0)
 *   -DPROCESSES=n         compute processes on the first GPU (2)
 *   -DMIG                 the first GPU is partitioned, with instances at the indexes 0 and 2
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifndef V3_BYTES
#define V3_BYTES 24
#endif
#ifndef INIT_CODE
#define INIT_CODE 0
#endif
#ifndef LOST_AFTER
#define LOST_AFTER -1
#endif
#ifndef TEMPERATURE_CODE
#define TEMPERATURE_CODE 0
#endif
#ifndef PROCESSES
#define PROCESSES 2
#endif

#ifdef MIG
#define MIG_ON 1
#else
#define MIG_ON 0
#endif

#define API __attribute__((visibility("default")))
#define MIB (1024ULL * 1024ULL)
#define GIB (1024ULL * MIB)

enum {
  SUCCESS = 0,
  UNINITIALIZED = 1,
  INVALID_ARGUMENT = 2,
  NOT_SUPPORTED = 3,
  NOT_FOUND = 6,
  INSUFFICIENT_SIZE = 7,
  GPU_IS_LOST = 15,
  ARGUMENT_VERSION_MISMATCH = 25
};

typedef int nvmlReturn_t;
typedef struct nvmlDevice_st *nvmlDevice_t;

typedef struct {
  unsigned int gpu;
  unsigned int memory;
} nvmlUtilization_t;

typedef struct {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
} nvmlMemory_t;

typedef struct {
  unsigned int version;
  unsigned long long total;
  unsigned long long reserved;
  unsigned long long free;
  unsigned long long used;
} nvmlMemory_v2_t;

typedef struct {
  char busIdLegacy[16];
  unsigned int domain;
  unsigned int bus;
  unsigned int device;
  unsigned int pciDeviceId;
  unsigned int pciSubSystemId;
  char busId[32];
} nvmlPciInfo_t;

typedef struct {
  unsigned int version;
  int sensorType;
  int temperature;
} nvmlTemperature_t;

typedef struct {
  unsigned int version;
  unsigned int isSupportedDevice;
} nvmlGpmSupport_t;

typedef struct {
  unsigned int multiprocessorCount;
  unsigned int sharedCopyEngineCount;
  unsigned int sharedDecoderCount;
  unsigned int sharedEncoderCount;
  unsigned int sharedJpegCount;
  unsigned int sharedOfaCount;
  unsigned int gpuInstanceSliceCount;
  unsigned int computeInstanceSliceCount;
  unsigned long long memorySizeMB;
} nvmlDeviceAttributes_t;

typedef struct {
  unsigned int pid;
  unsigned long long usedGpuMemory;
} nvmlProcessInfo_v1_t;

typedef struct {
  unsigned int pid;
  unsigned long long usedGpuMemory;
  unsigned int gpuInstanceId;
  unsigned int computeInstanceId;
} nvmlProcessInfo_v2_t;

typedef struct {
  unsigned int pid;
  unsigned long long usedGpuMemory;
  unsigned int gpuInstanceId;
  unsigned int computeInstanceId;
  unsigned long long usedGpuCcProtectedMemory;
} nvmlProcessInfo_535_t;

_Static_assert(sizeof(nvmlMemory_v2_t) == 40, "nvmlMemory_v2_t");
_Static_assert(sizeof(nvmlProcessInfo_v1_t) == 16, "nvmlProcessInfo_v1_t");
_Static_assert(sizeof(nvmlProcessInfo_v2_t) == 24, "nvmlProcessInfo_v2_t");
_Static_assert(sizeof(nvmlProcessInfo_535_t) == 32, "nvmlProcessInfo of 535.43 to 535.86");

struct nvmlDevice_st {
  const char *uuid;
  const char *serial;
  unsigned int bus;
  unsigned int numaNode;
  unsigned int utilization;
  unsigned int temperature;
  unsigned int milliwatts;
  unsigned long long used;
  unsigned long long millijoules;
};

static struct nvmlDevice_st gpus[] = {
    {"GPU-11111111-aaaa-bbbb-cccc-000000000001", "1650000000001", 0x1b, 0, 87, 54, 412337,
     20 * GIB, 5000000123ULL},
    {"GPU-22222222-aaaa-bbbb-cccc-000000000002", "1650000000002", 0xdb, 1, 3, 31, 71250, 0, 77ULL},
};

/* Instances of the first GPU; numaNode is the ID of the GPU instance. */
static struct nvmlDevice_st instances[] = {
    {"MIG-33333333-aaaa-bbbb-cccc-000000000001", "", 0, 9, 0, 0, 0, 3 * GIB, 0},
    {"MIG-44444444-aaaa-bbbb-cccc-000000000002", "", 0, 2, 0, 0, 0, 4 * GIB, 0},
};

static int open_sessions = 0;
static int utilization_calls = 0;

static int is_lost(nvmlDevice_t gpu) {
  return gpu == &gpus[1] && LOST_AFTER >= 0 && utilization_calls > LOST_AFTER;
}

static int is_instance(nvmlDevice_t gpu) { return gpu == &instances[0] || gpu == &instances[1]; }

static nvmlReturn_t check(nvmlDevice_t gpu) {
  if (open_sessions == 0) return UNINITIALIZED;
  if (is_instance(gpu)) return SUCCESS;
  if (gpu != &gpus[0] && gpu != &gpus[1]) return INVALID_ARGUMENT;
  return is_lost(gpu) ? GPU_IS_LOST : SUCCESS;
}

static nvmlReturn_t set_value(nvmlDevice_t gpu, unsigned int *out, unsigned int value) {
  nvmlReturn_t code = check(gpu);
  if (code == SUCCESS) *out = value;
  return code;
}

static nvmlReturn_t set_pair(nvmlDevice_t gpu, unsigned int *a, unsigned int x, unsigned int *b,
                             unsigned int y) {
  nvmlReturn_t code = set_value(gpu, a, x);
  return code == SUCCESS ? set_value(gpu, b, y) : code;
}

static nvmlReturn_t copy(char *out, unsigned int length, const char *text) {
  if (length < strlen(text) + 1) return INSUFFICIENT_SIZE;
  strcpy(out, text);
  return SUCCESS;
}

static nvmlReturn_t set_text(nvmlDevice_t gpu, char *out, unsigned int length, const char *text) {
  nvmlReturn_t code = check(gpu);
  return code == SUCCESS ? copy(out, length, text) : code;
}

/* ---- library, system, handles ---- */

static nvmlReturn_t init(void) {
  if (INIT_CODE != SUCCESS) return INIT_CODE;
  open_sessions++;
  if (utilization_calls > LOST_AFTER) utilization_calls = 0;
  return SUCCESS;
}

static nvmlReturn_t count(unsigned int *out) {
  *out = 2;
  return open_sessions == 0 ? UNINITIALIZED : SUCCESS;
}

static nvmlReturn_t handle(unsigned int index, nvmlDevice_t *out) {
  if (index > 1) return INVALID_ARGUMENT;
  *out = &gpus[index];
  return check(*out);
}

API nvmlReturn_t nvmlInit(void) { return init(); }
API nvmlReturn_t nvmlShutdown(void) {
  if (open_sessions == 0) return UNINITIALIZED;
  open_sessions--;
  return SUCCESS;
}
API const char *nvmlErrorString(nvmlReturn_t code) {
  switch (code) {
    case SUCCESS: return "Success";
    case UNINITIALIZED: return "Uninitialized";
    case INVALID_ARGUMENT: return "Invalid Argument";
    case NOT_SUPPORTED: return "Not Supported";
    case GPU_IS_LOST: return "GPU is lost";
    case 18: return "Driver/library version mismatch";
    default: return "Unknown Error";
  }
}
API nvmlReturn_t nvmlSystemGetDriverVersion(char *out, unsigned int length) {
  return copy(out, length, "550.54.15");
}
API nvmlReturn_t nvmlSystemGetCudaDriverVersion(int *out) {
  *out = 12040;
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetCount(unsigned int *out) { return count(out); }
API nvmlReturn_t nvmlDeviceGetHandleByIndex(unsigned int index, nvmlDevice_t *out) {
  return handle(index, out);
}

/* ---- facts ---- */

API nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t gpu, char *out, unsigned int length) {
  return set_text(gpu, out, length,
                  gpu == &instances[0] ? "NVIDIA H100 80GB HBM3 MIG 1g.10gb"
                                       : "NVIDIA H100 80GB HBM3");
}
API nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t gpu, char *out, unsigned int length) {
  nvmlReturn_t code = check(gpu);
  return code == SUCCESS ? copy(out, length, gpu->uuid) : code;
}
API nvmlReturn_t nvmlDeviceGetSerial(nvmlDevice_t gpu, char *out, unsigned int length) {
  nvmlReturn_t code = check(gpu);
  return code == SUCCESS ? copy(out, length, gpu->serial) : code;
}
API nvmlReturn_t nvmlDeviceGetVbiosVersion(nvmlDevice_t gpu, char *out, unsigned int length) {
  return set_text(gpu, out, length, "96.00.AB.00.01");
}
static nvmlReturn_t pci_info(nvmlDevice_t gpu, nvmlPciInfo_t *out) {
  nvmlReturn_t code = check(gpu);
  if (code != SUCCESS) return code;
  memset(out, 0, sizeof *out);
  out->bus = gpu->bus;
  out->pciDeviceId = 0x233010de;
  snprintf(out->busIdLegacy, sizeof out->busIdLegacy, "0000:%02X:00.0", gpu->bus);
  snprintf(out->busId, sizeof out->busId, "00000000:%02X:00.0", gpu->bus);
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetPciInfo_v2(nvmlDevice_t gpu, nvmlPciInfo_t *out) {
  return pci_info(gpu, out);
}
API nvmlReturn_t nvmlDeviceGetBrand(nvmlDevice_t gpu, unsigned int *out) {
  return set_value(gpu, out, 14);
}
API nvmlReturn_t nvmlDeviceGetTemperatureThreshold(nvmlDevice_t gpu, unsigned int type,
                                                   unsigned int *out) {
  static const unsigned int thresholds[] = {92, 89, 105, 87};
  return type < 4 ? set_value(gpu, out, thresholds[type]) : INVALID_ARGUMENT;
}
API nvmlReturn_t nvmlDeviceGetMaxPcieLinkGeneration(nvmlDevice_t gpu, unsigned int *out) {
  return set_value(gpu, out, 5);
}
API nvmlReturn_t nvmlDeviceGetMaxPcieLinkWidth(nvmlDevice_t gpu, unsigned int *out) {
  return set_value(gpu, out, 16);
}
API nvmlReturn_t nvmlDeviceGetComputeMode(nvmlDevice_t gpu, unsigned int *out) {
  return set_value(gpu, out, 3);
}
API nvmlReturn_t nvmlDeviceGetPowerManagementLimit(nvmlDevice_t gpu, unsigned int *out) {
  return set_value(gpu, out, 650000);
}
API nvmlReturn_t nvmlDeviceGetPowerManagementDefaultLimit(nvmlDevice_t gpu, unsigned int *out) {
  return set_value(gpu, out, 700000);
}
API nvmlReturn_t nvmlDeviceGetPowerManagementLimitConstraints(nvmlDevice_t gpu, unsigned int *min,
                                                              unsigned int *max) {
  return set_pair(gpu, min, 200000, max, 700000);
}
API nvmlReturn_t nvmlDeviceGetMaxClockInfo(nvmlDevice_t gpu, unsigned int type,
                                           unsigned int *out) {
  return set_value(gpu, out, type == 0 ? 1980 : 2619);
}
API nvmlReturn_t nvmlDeviceGetEccMode(nvmlDevice_t gpu, unsigned int *now, unsigned int *pending) {
  return set_pair(gpu, now, 1, pending, 0);
}

/* ---- readings ---- */

API nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t gpu, nvmlUtilization_t *out) {
  if (gpu == &gpus[1]) utilization_calls++;
  nvmlReturn_t code = check(gpu);
  if (code != SUCCESS) return code;
  out->gpu = gpu->utilization;
  out->memory = gpu->utilization / 2;
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t gpu, nvmlMemory_t *out) {
  nvmlReturn_t code = check(gpu);
  if (code != SUCCESS) return code;
  out->total = 80 * GIB;
  out->used = gpu->used + GIB;
  out->free = out->total - out->used;
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t gpu, unsigned int sensor,
                                          unsigned int *out) {
  if (TEMPERATURE_CODE != SUCCESS) return TEMPERATURE_CODE;
  if (sensor != 0) return INVALID_ARGUMENT;
  nvmlReturn_t code = check(gpu);
  return code == SUCCESS ? set_value(gpu, out, gpu->temperature) : code;
}
API nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t gpu, unsigned int type, unsigned int *out) {
  return set_value(gpu, out, type == 0 ? 1755 : 2619);
}
API nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t gpu, unsigned int *out) {
  nvmlReturn_t code = check(gpu);
  return code == SUCCESS ? set_value(gpu, out, gpu->milliwatts) : code;
}
API nvmlReturn_t nvmlDeviceGetPerformanceState(nvmlDevice_t gpu, unsigned int *out) {
  return set_value(gpu, out, 0);
}
API nvmlReturn_t nvmlDeviceGetCurrPcieLinkGeneration(nvmlDevice_t gpu, unsigned int *out) {
  return set_value(gpu, out, 5);
}
API nvmlReturn_t nvmlDeviceGetCurrPcieLinkWidth(nvmlDevice_t gpu, unsigned int *out) {
  return set_value(gpu, out, 16);
}
API nvmlReturn_t nvmlDeviceGetNvLinkState(nvmlDevice_t gpu, unsigned int link, unsigned int *out) {
  return link < 18 ? set_value(gpu, out, 1) : INVALID_ARGUMENT;
}

/* ---- processes ---- */

static nvmlReturn_t list_size(nvmlDevice_t gpu, unsigned int entries, unsigned int *capacity) {
  nvmlReturn_t code = check(gpu);
  if (code != SUCCESS) return code;
  code = *capacity < entries ? INSUFFICIENT_SIZE : SUCCESS;
  *capacity = entries;
  return code;
}

/* Fills a list with entries of a type: pids from first on, (i + 1) GiB for the i-th entry. */
#define FILL(type, out, entries, first)                            \
  for (unsigned int i = 0; i < (entries); i++) {                   \
    type entry;                                                    \
    memset(&entry, 0xFF, sizeof entry);                            \
    entry.pid = (first) + i;                                       \
    entry.usedGpuMemory = (i + 1) * GIB;                           \
    memcpy((char *)(out) + i * sizeof(type), &entry, sizeof(type));\
  }

static unsigned int compute_count(nvmlDevice_t gpu) { return gpu == &gpus[0] ? PROCESSES : 0; }

API nvmlReturn_t nvmlDeviceGetComputeRunningProcesses(nvmlDevice_t gpu, unsigned int *capacity,
                                                      nvmlProcessInfo_v1_t *out) {
  nvmlReturn_t code = list_size(gpu, compute_count(gpu), capacity);
  if (code == SUCCESS) FILL(nvmlProcessInfo_v1_t, out, *capacity, 4000);
  return code;
}
API nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses(nvmlDevice_t gpu, unsigned int *capacity,
                                                       nvmlProcessInfo_v1_t *out) {
  nvmlReturn_t code = list_size(gpu, 1, capacity);
  if (code == SUCCESS) FILL(nvmlProcessInfo_v1_t, out, *capacity, 77);
  return code;
}

#ifndef OLD_DRIVER

/* ---- functions of newer drivers ---- */

#if V3_BYTES == 16
typedef nvmlProcessInfo_v1_t nvmlProcessInfo_v3_t;
#elif V3_BYTES == 32
typedef nvmlProcessInfo_535_t nvmlProcessInfo_v3_t;
#else
typedef nvmlProcessInfo_v2_t nvmlProcessInfo_v3_t;
#endif

API nvmlReturn_t nvmlInit_v2(void) { return init(); }
API nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *out) {
  *out = 12040;
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *out) { return count(out); }
API nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *out) {
  return handle(index, out);
}
API nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t gpu, nvmlPciInfo_t *out) {
  return pci_info(gpu, out);
}
API nvmlReturn_t nvmlDeviceGetArchitecture(nvmlDevice_t gpu, unsigned int *out) {
  return set_value(gpu, out, 9);
}
API nvmlReturn_t nvmlDeviceGetNumaNodeId(nvmlDevice_t gpu, unsigned int *out) {
  nvmlReturn_t code = check(gpu);
  return code == SUCCESS ? set_value(gpu, out, gpu->numaNode) : code;
}
API nvmlReturn_t nvmlDeviceGetGspFirmwareMode(nvmlDevice_t gpu, unsigned int *enabled,
                                              unsigned int *by_default) {
  return set_pair(gpu, enabled, 1, by_default, 1);
}
API nvmlReturn_t nvmlDeviceGetGspFirmwareVersion(nvmlDevice_t gpu, char *out) {
  return set_text(gpu, out, 64, "550.54.15");
}
API nvmlReturn_t nvmlGpmQueryDeviceSupport(nvmlDevice_t gpu, nvmlGpmSupport_t *out) {
  nvmlReturn_t code = check(gpu);
  if (code != SUCCESS) return code;
  if (out->version != 1) return ARGUMENT_VERSION_MISMATCH;
  out->isSupportedDevice = 1;
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetMaxCustomerBoostClock(nvmlDevice_t gpu, unsigned int type,
                                                    unsigned int *out) {
  return set_value(gpu, out, type == 0 ? 1965 : 2600);
}
API nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t gpu, unsigned int *now,
                                      unsigned int *pending) {
  if (is_instance(gpu)) return INVALID_ARGUMENT;
  unsigned int mode = MIG_ON && gpu == &gpus[0];
  return set_pair(gpu, now, mode, pending, mode);
}
API nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t gpu, unsigned int *out) {
  return set_value(gpu, out, 7);
}
API nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t gpu, unsigned int index,
                                                     nvmlDevice_t *out) {
  nvmlReturn_t code = check(gpu);
  if (code != SUCCESS) return code;
  if (!MIG_ON || gpu != &gpus[0] || index > 6) return INVALID_ARGUMENT;
  if (index != 0 && index != 2) return NOT_FOUND;
  *out = &instances[index / 2];
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetGpuInstanceId(nvmlDevice_t gpu, unsigned int *out) {
  return is_instance(gpu) ? set_value(gpu, out, gpu->numaNode) : INVALID_ARGUMENT;
}
API nvmlReturn_t nvmlDeviceGetComputeInstanceId(nvmlDevice_t gpu, unsigned int *out) {
  return is_instance(gpu) ? set_value(gpu, out, 0) : INVALID_ARGUMENT;
}
API nvmlReturn_t nvmlDeviceGetAttributes_v2(nvmlDevice_t gpu, nvmlDeviceAttributes_t *out) {
  if (!is_instance(gpu)) return INVALID_ARGUMENT;
  memset(out, 0xFF, sizeof *out);
  out->gpuInstanceSliceCount = 3;
  out->computeInstanceSliceCount = 1;
  out->memorySizeMB = 40448;
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetTotalEnergyConsumption(nvmlDevice_t gpu, unsigned long long *out) {
  nvmlReturn_t code = check(gpu);
  if (code == SUCCESS) *out = gpu->millijoules;
  return code;
}
API nvmlReturn_t nvmlDeviceGetTemperatureV(nvmlDevice_t gpu, nvmlTemperature_t *out) {
  nvmlReturn_t code = check(gpu);
  if (code != SUCCESS) return code;
  if (out->version != (unsigned int)(sizeof(nvmlTemperature_t) | (1 << 24))) {
    return ARGUMENT_VERSION_MISMATCH;
  }
  if (out->sensorType != 0) return INVALID_ARGUMENT;
  out->temperature = (int)gpu->temperature;
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t gpu, nvmlMemory_v2_t *out) {
  nvmlReturn_t code = check(gpu);
  if (code != SUCCESS) return code;
  if (out->version != (unsigned int)(sizeof(nvmlMemory_v2_t) | (2 << 24))) {
    return ARGUMENT_VERSION_MISMATCH;
  }
  out->total = is_instance(gpu) ? 10 * GIB : 80 * GIB;
  out->reserved = GIB;
  out->used = gpu->used;
  out->free = out->total - out->reserved - out->used;
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetNvLinkRemoteDeviceType(nvmlDevice_t gpu, unsigned int link,
                                                     unsigned int *out) {
  return set_value(gpu, out, link == 17 ? 0 : 2);
}
API nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t gpu, unsigned int *capacity,
                                                         nvmlProcessInfo_v3_t *out) {
  nvmlReturn_t code = list_size(gpu, compute_count(gpu), capacity);
  if (code == SUCCESS) FILL(nvmlProcessInfo_v3_t, out, *capacity, 4000);
  return code;
}
API nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses_v2(nvmlDevice_t gpu, unsigned int *capacity,
                                                          nvmlProcessInfo_v2_t *out) {
  nvmlReturn_t code = list_size(gpu, 1, capacity);
  if (code == SUCCESS) FILL(nvmlProcessInfo_v2_t, out, *capacity, 77);
  return code;
}
API nvmlReturn_t nvmlDeviceGetMPSComputeRunningProcesses_v3(nvmlDevice_t gpu,
                                                            unsigned int *capacity,
                                                            nvmlProcessInfo_v3_t *out) {
  (void)out;
  nvmlReturn_t code = check(gpu);
  *capacity = 0;
  return code == SUCCESS ? NOT_SUPPORTED : code;
}

#endif
