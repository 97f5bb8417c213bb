/** Tiny models of every decoder family, in tests/fixtures: from the shared references, or by families_fixtures.py. */
export const familyFixtures = [
  'arch_llama3_rope',
  'arch_llama_linear',
  'arch_llama_dynamic',
  'arch_llama_yarn',
  'arch_llama_biases',
  'arch_mistral',
  'arch_mistral_window',
  'arch_qwen2',
  'arch_qwen3',
  'arch_gemma2',
  'arch_gemma3',
  'arch_phi3',
  'arch_phi3_longrope',
  'arch_phi3_partial',
  'arch_gpt2',
] as const;
