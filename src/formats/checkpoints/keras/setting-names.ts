/** The settings of all of Keras' own layers: of version 3.15, and what versions 2 and TensorFlow.js write besides. */
const NAMES = `
  activation activity_regularizer addition_factor adjustment all_ops allow_last_axis_squeeze alpha
  alpha_constraint alpha_initializer alpha_regularizer antialias arguments attention_axes auto_vectorize axes
  axis backward_layer batch_input_shape batch_shape batch_size beta_constraint beta_initializer beta_regularizer
  bias_axes bias_constraint bias_initializer bias_regularizer bin_boundaries bins bounding_box_format
  brightness_factor build_config build_input_shape call_endpoint call_fn call_training_endpoint causal cell
  cells center chain_depth clip_limit contrast_factor crop_to_aspect_ratio cropping data_format depth_multiplier
  depthwise_constraint depthwise_initializer depthwise_regularizer dilation_rate dims dropout dtype
  embeddings_constraint embeddings_initializer embeddings_regularizer encoding epsilon equation expand_dims
  factor fft_length filepath fill_mode fill_value filters flash_attention force_generator frame_length
  frame_step function fused gamma_constraint gamma_initializer gamma_regularizer go_backwards
  gptq_unpacked_column_size groups head_dim height height_factor hue_factor idf_weights implementation init_fn
  input_dim input_dtype input_layers input_length input_tensor interpolation invert keepdims kernel_constraint
  kernel_initializer kernel_regularizer kernel_size key_dim l1 l2 layer layers logit_soft_cap lora_alpha
  lora_rank mag_exp mask mask_token mask_value mask_zero max_freq max_ndim max_number max_tokens max_value mean
  merge_mode method min_freq min_ndim min_power mode module momentum moving_mean_initializer
  moving_variance_initializer n name native_serialization_platforms ndim negative_slope ngrams noise_shape
  normalize num_bins num_chains num_heads num_key_value_heads num_mel_bins num_oov_indices num_ops
  num_query_heads num_tokens offset oov_method oov_token optional output_dim output_layers output_mode
  output_padding output_sequence_length output_shape output_size pad_to_aspect_ratio pad_to_max_tokens padding
  params periodic pointwise_constraint pointwise_initializer pointwise_regularizer pool_dimensions pool_mode
  pool_size power_iterations power_to_db quantization_config ragged rank rate recurrent_activation
  recurrent_constraint recurrent_dropout recurrent_initializer recurrent_regularizer ref_power renorm
  renorm_clipping renorm_momentum reset_after return_sequences return_state reverse_dtype rms_scaling rng_type
  salt sampling_rate saturation_factor scale scaling score_mode seed sequence_length sequence_stride shape
  shared_axes sigma size sliding_window sparse split standardize state stateful stddev strides supports_masking
  synchronized target_shape theta threshold threshold_factor tie_weights tile_grid_size time_major top_db
  trainable unit_forget_bias units unroll use_bias use_cudnn use_gate use_scale value_dim value_range variables
  variance virtual_batch_size vocabulary vocabulary_dtype weights width width_factor window x_factor y_factor
  zero_output_for_mask
`;

const known: ReadonlySet<string> = new Set(NAMES.trim().split(/\s+/));

/** The names of settings that no layer of Keras has. */
export const unknownSettings = (config: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(config).filter((name) => !known.has(name));
