// By which attribute findings of a resource are found: that which the server groups them by.

const attributes: Record<string, string> = {
  AccessKey: "accessKeyDetails.accessKeyId",
  Container: "containerDetails.id",
  EBSSnapshot: "ebsSnapshotDetails.snapshotArn",
  EC2Image: "ec2ImageDetails.imageArn",
  ECSCluster: "ecsClusterDetails.name",
  EKSCluster: "eksClusterDetails.name",
  Instance: "instanceDetails.instanceId",
  KubernetesCluster: "kubernetesDetails.kubernetesWorkloadDetails.name",
  Lambda: "lambdaDetails.functionName",
  RDSDBInstance: "rdsDbInstanceDetails.dbInstanceIdentifier",
  RDSLimitlessDB: "rdsLimitlessDbDetails.dbShardGroupIdentifier",
  RecoveryPoint: "recoveryPointDetails.recoveryPointArn",
  S3Bucket: "s3BucketDetails.name",
  S3Object: "s3BucketDetails.name",
};

export const resourceTypes = Object.keys(attributes);

export const attributeOf = (type: string) => (attributes[type] ? `resource.${attributes[type]}` : undefined);
