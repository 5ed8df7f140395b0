import { assert, assertEquals } from "@std/assert";
import { openBlas } from "./blas.ts";
import { coreFor } from "./openblas_core.ts";

const cpuinfo = (flags: string): string =>
  `processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu ${flags} sse2\nbogomips\t: 4600.00\n`;

Deno.test("the kernels that are asked of OpenBLAS are the widest that the processor has, and none is asked where it has none", () => {
  assertEquals(coreFor(cpuinfo("avx avx2 fma avx512f avx512dq avx512cd avx512bw avx512vl")), "SKYLAKEX");
  assertEquals(coreFor(cpuinfo("avx avx2 fma avx512f avx512dq avx512cd avx512bw")), "HASWELL");
  assertEquals(coreFor(cpuinfo("avx avx2 fma")), "HASWELL");
  assertEquals(coreFor(cpuinfo("avx avx2")), null);
  assertEquals(coreFor(cpuinfo("avx fma avx512f_not")), null);
  assertEquals(coreFor("processor\t: 0\nFeatures\t: fp asimd\n"), null);
  assertEquals(coreFor(""), null);
});

const granted = (descriptor: Deno.PermissionDescriptor): boolean =>
  Deno.permissions.querySync(descriptor).state === "granted";
const mayAsk = granted({ name: "read", path: "/proc/cpuinfo" }) &&
  granted({ name: "env", variable: "OPENBLAS_CORETYPE" });

Deno.test({
  name:
    "an OpenBLAS that does not know this processor takes its fast kernels all the same (needs --allow-read=/proc/cpuinfo, --allow-env=OPENBLAS_CORETYPE and a BLAS)",
  ignore: !mayAsk,
  fn: () => {
    let blas;
    try {
      blas = openBlas();
    } catch {
      return; // No BLAS here.
    }
    const wide = coreFor(Deno.readTextFileSync("/proc/cpuinfo")) !== null;
    assert(!(wide && blas.core === "Prescott"), `${blas.path} computes with the kernels of 2004`);
  },
});
